/*
 * The journal of writes: nothing on disk before the first write; private whatever the
 * umask; what was acknowledged is there after kill -9, and nothing is acknowledged that
 * is not there, also when the disk is full at any point; a place that is not ours alone
 * or not a journal is refused, and then nothing is sent.
 */
#include "unit/unit.h"

#include "store/journal.h"
#include "store/sqlite_api.h"

static struct arena *a;
static struct err e;
static char dir[64];
static const char *place;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	err_init(&e, a);
	temp_dir(dir);
	place = arena_printf(a, "%s/state/telamon", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	remove_dir(dir);
	arena_free(a);
	return 0;
}

static struct journal_entry
entry(const char *id)
{
	return (struct journal_entry){ .id = id, .at_ms = 1000, .principal = "local", .tool = "jira_create_issue", .site = "https://x",
		.method = "POST", .path = "/rest/api/3/issue", .body = "{}" };
}

static int
intend(struct journal *j, const char *id)
{
	struct journal_entry n = entry(id);

	err_clear(&e);
	return journal_intend(j, &n, &e);
}

static int
settle(struct journal *j, const char *id, enum journal_state s)
{
	err_clear(&e);
	return journal_settle(j, id, s, NULL, "{}", &e);
}

/* All entries as a fresh reader finds them. */
static struct journal_entry *
read_all(size_t *ret_count)
{
	struct journal *j = journal_new(place);
	struct journal_entry *list;

	err_clear(&e);
	if (journal_list(j, a, 1000, &list, ret_count, &e) == -1)
		fail_msg("%s", err_text(&e));
	journal_free(j);
	return list;
}

static int
state_in(const struct journal_entry *list, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].id, id) == 0)
			return (int)list[i].state;
	}
	return -1;
}

static int
state_of(const char *id)
{
	size_t n;
	struct journal_entry *list = read_all(&n);

	return state_in(list, n, id);
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void
test_opened_on_first_write(void **state)
{
	struct journal *j = journal_new(place);

	(void)state;
	assert_false(exists(place));
	journal_free(j);
	assert_false(exists(arena_printf(a, "%s/state", dir)));
	journal_free(NULL);
	j = journal_new(place);
	assert_int_equal(intend(j, "one"), 0);
	assert_true(exists(arena_printf(a, "%s/journal.db", place)));
	journal_free(j);
}

static void
test_private_under_umask_0(void **state)
{
	struct journal *j = journal_new(place);
	mode_t was = umask(0);
	struct dirent *entry_of_dir;
	struct stat st;
	DIR *d;
	int files = 0;

	(void)state;
	assert_int_equal(intend(j, "one"), 0);
	assert_int_equal(umask(was), 0);	/* it gave the umask back */
	d = opendir(place);
	while ((entry_of_dir = readdir(d)) != NULL) {	/* with the log and the index beside it, while it is open */
		if (entry_of_dir->d_name[0] == '.')
			continue;
		assert_int_equal(stat(arena_printf(a, "%s/%s", place, entry_of_dir->d_name), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		files++;
	}
	closedir(d);
	assert_true(files >= 2);
	assert_int_equal(stat(place, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(arena_printf(a, "%s/state", dir), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	journal_free(j);
}

static void
test_states(void **state)
{
	struct journal *j = journal_new(place);

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(intend(j, (const char *[]){ "i", "d", "f", "u" }[i]), 0);
	assert_int_equal(settle(j, "d", JOURNAL_DONE), 0);
	assert_int_equal(settle(j, "f", JOURNAL_FAILED), 0);
	assert_int_equal(settle(j, "u", JOURNAL_UNKNOWN), 0);
	assert_int_equal(state_of("i"), JOURNAL_INTENT);	/* by another connection, while the first is open */
	assert_int_equal(state_of("d"), JOURNAL_DONE);
	assert_int_equal(state_of("f"), JOURNAL_FAILED);
	assert_int_equal(state_of("u"), JOURNAL_UNKNOWN);
	assert_string_equal(journal_state_name(JOURNAL_INTENT), "intent");
	assert_string_equal(journal_state_name(JOURNAL_UNKNOWN), "unknown");
	/* what was not intended can't be settled, and nothing is intended twice */
	assert_int_equal(settle(j, "never", JOURNAL_DONE), -1);
	assert_int_equal(intend(j, "d"), -1);
	assert_int_equal(state_of("d"), JOURNAL_DONE);
	journal_free(j);
}

static void
test_fields(void **state)
{
	struct journal *j = journal_new(place);
	struct journal_entry n = entry("a'; DROP TABLE journal; --"), *list;
	size_t count;

	(void)state;
	n.at_ms = 5000;
	n.body = "{\"text\":\"\xc3\xa4\\u0000 'x' \\\" \"}";
	n.before = "{\"old\":1}";
	n.target = "OPS-7";
	assert_int_equal(journal_intend(j, &n, &e), 0);
	assert_int_equal(intend(j, "older"), 0);
	n = entry("newest");
	n.at_ms = 6000;
	n.body = NULL;
	assert_int_equal(journal_intend(j, &n, &e), 0);
	assert_int_equal(journal_settle(j, "newest", JOURNAL_DONE, "OPS-8", "{\"key\":\"OPS-8\"}", &e), 0);
	assert_int_equal(journal_settle(j, "a'; DROP TABLE journal; --", JOURNAL_FAILED, NULL, "no", &e), 0);
	assert_int_equal(journal_list(j, a, 10, &list, &count, &e), 0);
	assert_int_equal(count, 3);
	assert_string_equal(list[0].id, "newest");
	assert_string_equal(list[0].target, "OPS-8");
	assert_string_equal(list[0].outcome, "{\"key\":\"OPS-8\"}");
	assert_true(list[0].body == NULL && list[0].before == NULL && list[0].at_ms == 6000);
	assert_string_equal(list[1].id, "a'; DROP TABLE journal; --");
	assert_string_equal(list[1].target, "OPS-7");	/* an outcome without a target keeps it */
	assert_string_equal(list[1].body, "{\"text\":\"\xc3\xa4\\u0000 'x' \\\" \"}");
	assert_string_equal(list[1].before, "{\"old\":1}");
	assert_string_equal(list[1].principal, "local");
	assert_string_equal(list[1].tool, "jira_create_issue");
	assert_string_equal(list[1].site, "https://x");
	assert_string_equal(list[1].method, "POST");
	assert_string_equal(list[1].path, "/rest/api/3/issue");
	assert_string_equal(list[2].id, "older");
	assert_int_equal(journal_list(j, a, 2, &list, &count, &e), 0);
	assert_int_equal(count, 2);
	assert_int_equal(journal_list(j, a, 0, &list, &count, &e), 0);
	assert_int_equal(count, 0);
	/* a field that must be there is not: nothing is recorded, so nothing is sent */
	n = entry("incomplete");
	n.principal = NULL;
	assert_int_equal(journal_intend(j, &n, &e), -1);
	assert_int_equal(state_of("incomplete"), -1);
	journal_free(j);
}

struct ack {
	int number;
	bool settled;
};

/* Intends and settles without end, saying each time what is safely recorded. */
static void
write_for_ever(int out)
{
	struct journal *j = journal_new(place);
	char id[16];

	for (int i = 0;; i++) {
		struct journal_entry n = entry(id);

		snprintf(id, sizeof(id), "w%d", i);
		if (journal_intend(j, &n, &e) == -1 || write(out, &(struct ack){ i, false }, sizeof(struct ack)) < 0 ||
		    journal_settle(j, id, JOURNAL_DONE, NULL, NULL, &e) == -1 || write(out, &(struct ack){ i, true }, sizeof(struct ack)) < 0)
			_exit(1);
	}
}

static void
test_kill_9(void **state)
{
	(void)state;
	assert_int_equal(sqlite_load(&e), 0);
	for (int round = 0; round < 25; round++) {
		struct ack ack, last = { -1, false };
		struct journal_entry *list;
		struct journal *j;
		size_t n;
		int out[2], acks = 0, status;
		pid_t pid;

		place = arena_printf(a, "%s/r%d", dir, round);
		assert_int_equal(pipe2(out, O_CLOEXEC), 0);
		pid = fork();
		if (pid == 0)
			write_for_ever(out[1]);
		close(out[1]);
		while (read(out[0], &ack, sizeof(ack)) == sizeof(ack)) {
			last = ack;
			if (++acks == round + 1)
				kill(pid, SIGKILL);	/* what it still writes until then is acknowledged too */
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		close(out[0]);
		list = read_all(&n);
		for (int i = 0; i <= last.number; i++) {
			int found = state_in(list, n, arena_printf(a, "w%d", i));

			if (found == -1 || (found == JOURNAL_INTENT && (i < last.number || last.settled)))
				fail_msg("round %d: entry %d of %d is %d", round, i, last.number, found);
		}
		j = journal_new(place);	/* and writing goes on */
		assert_int_equal(intend(j, "after"), 0);
		journal_free(j);
	}
}

/* In a child: files may grow to so many bytes. Exit code 0: recorded; 3: refused properly. */
static int
write_on_full_disk(rlim_t limit)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct rlimit r = { limit, limit };
		struct journal *j = journal_new(place);

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &r);
		if (intend(j, "x") == 0)
			_exit(0);
		_exit(e.kind == ERR_CONFIG && e.hint != NULL && strstr(e.hint, "Nothing was sent") != NULL ? 3 : 4);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_full_disk(void **state)
{
	bool refused = false, recorded = false;

	(void)state;
	assert_int_equal(sqlite_load(&e), 0);
	for (int k = 0; k < 40 && !recorded; k++) {	/* each step one more write goes through */
		int result;

		place = arena_printf(a, "%s/k%d", dir, k);
		result = write_on_full_disk((rlim_t)k * 2048);
		if (result != 0 && result != 3)
			fail_msg("at %d bytes: exit %d", k * 2048, result);
		refused = refused || result == 3;
		recorded = recorded || result == 0;
		if (result == 0)
			assert_int_equal(state_of("x"), JOURNAL_INTENT);
		else if (exists(arena_printf(a, "%s/journal.db", place))) {
			struct journal *j = journal_new(place);

			assert_int_equal(state_of("x"), -1);	/* half a record is no record */
			assert_int_equal(intend(j, "x"), 0);	/* and when there is room again it works */
			journal_free(j);
		}
	}
	assert_true(refused && recorded);
}

static void
refused(const char *word)
{
	struct journal *j = journal_new(place);

	if (intend(j, "x") != -1)
		fail_msg("accepted, expected an error about %s", word);
	if (e.kind != ERR_CONFIG || e.hint == NULL || strstr(err_text(&e), word) == NULL)
		fail_msg("kind %d: %s", e.kind, err_text(&e));
	assert_int_equal(intend(j, "x"), -1);	/* and again */
	journal_free(j);
}

static void
test_places_that_can_not_be(void **state)
{
	(void)state;
	place = NULL;
	refused("TELAMON_STATE_DIR");
	place = "/proc/telamon";
	refused("Nothing was sent");
	write_text(arena_printf(a, "%s/file", dir), 0600, "x");
	place = arena_printf(a, "%s/file", dir);
	refused("Nothing was sent");
	place = arena_printf(a, "%s/file/below", dir);
	refused("Nothing was sent");
}

static void
test_not_a_journal(void **state)
{
	char *db = arena_printf(a, "%s/journal.db", dir);
	static char text[6000], back[6000];
	int fd;

	(void)state;
	memset(text, 'n', sizeof(text));
	write_file(db, 0600, text, sizeof(text));
	place = dir;
	refused("not a database");
	fd = open(db, O_RDONLY);
	assert_int_equal(read(fd, back, sizeof(back)), (ssize_t)sizeof(back));
	close(fd);
	assert_memory_equal(text, back, sizeof(text));
	unlink(db);
	assert_int_equal(mkdir(db, 0700), 0);
	refused("Nothing was sent");
}

/* Somebody else's file under our name: by a link, or readable or writable by others. */
static void
test_planted_files(void **state)
{
	static const mode_t modes[] = { 0644, 0666, 0620, 0604 };
	char *db = arena_printf(a, "%s/journal.db", dir);

	(void)state;
	place = dir;
	assert_int_equal(symlink(arena_printf(a, "%s/elsewhere", dir), db), 0);
	refused("Nothing was sent");
	assert_false(exists(arena_printf(a, "%s/elsewhere", dir)));
	write_text(arena_printf(a, "%s/elsewhere", dir), 0600, "");
	refused("Nothing was sent");
	for (size_t i = 0; i < LEN(modes); i++) {
		unlink(db);
		write_text(db, modes[i], "");
		refused("chmod 600");
	}
	chmod(db, 0600);	/* empty and ours: a database yet to be made */
	{
		struct journal *j = journal_new(place);

		assert_int_equal(intend(j, "x"), 0);
		journal_free(j);
	}
}

/* A home directory reached through a link is common, and no attack. */
static void
test_directory_behind_a_link(void **state)
{
	struct journal *j;

	(void)state;
	assert_int_equal(mkdir(arena_printf(a, "%s/real", dir), 0700), 0);
	assert_int_equal(symlink("real", arena_printf(a, "%s/home", dir)), 0);
	place = arena_printf(a, "%s/home/.local/state/telamon", dir);
	j = journal_new(place);
	if (intend(j, "x") == -1)
		fail_msg("%s", err_text(&e));
	journal_free(j);
	assert_int_equal(state_of("x"), JOURNAL_INTENT);
	assert_true(exists(arena_printf(a, "%s/real/.local/state/telamon/journal.db", dir)));
}

static void
run_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite.open_v2(arena_printf(a, "%s/journal.db", place), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite.exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite.close_v2(db);
}

/* A newer program wrote it: this one must neither misread it nor mark it as its own. */
static void
test_newer_journal(void **state)
{
	struct journal *j = journal_new(place);

	(void)state;
	assert_int_equal(intend(j, "one"), 0);
	journal_free(j);
	run_sql("PRAGMA user_version=2");
	refused("newer");
	run_sql("PRAGMA user_version=1");
	assert_int_equal(state_of("one"), JOURNAL_INTENT);
}

static void
test_damage_is_not_an_empty_list(void **state)
{
	struct journal *j = journal_new(place);
	struct journal_entry *list;
	size_t n;

	(void)state;
	assert_int_equal(intend(j, "one"), 0);
	run_sql("ALTER TABLE journal RENAME COLUMN outcome TO result");
	assert_int_equal(journal_list(j, a, 10, &list, &n, &e), -1);
	journal_free(j);
}

static void
write_some(int writer, int count, int start)
{
	struct journal *j = journal_new(place);
	char nothing;

	if (read(start, &nothing, 1) != 0)	/* ends when the parent closes its side: all begin together */
		_exit(2);
	for (int i = 0; i < count; i++) {
		const char *id = arena_printf(a, "%c%d", 'a' + writer, i);

		if (intend(j, id) == -1 || settle(j, id, JOURNAL_DONE) == -1)
			_exit(1);
	}
	journal_free(j);
	_exit(0);
}

/* Servers that make one journal at the same moment, and go on in it together. */
static void
test_several_writers(void **state)
{
	enum { ROUNDS = 25, WRITERS = 3, N = 4 };
	struct journal_entry *list;
	size_t n;
	int start[2], status;

	assert_int_equal(sqlite_load(&e), 0);
	for (int round = 0; round < ROUNDS; round++) {
		pid_t pid[WRITERS];

		tear_down(state);
		set_up(state);
		assert_int_equal(pipe(start), 0);
		for (int w = 0; w < WRITERS; w++) {
			pid[w] = fork();
			if (pid[w] == 0) {
				close(start[1]);
				write_some(w, N, start[0]);
			}
		}
		close(start[0]);
		close(start[1]);
		for (int w = 0; w < WRITERS; w++) {
			assert_int_equal(waitpid(pid[w], &status, 0), pid[w]);
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		}
		list = read_all(&n);
		assert_int_equal(n, WRITERS * N);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(list[i].state, JOURNAL_DONE);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_opened_on_first_write),
		TEST(test_private_under_umask_0),
		TEST(test_states),
		TEST(test_fields),
		TEST(test_kill_9),
		TEST(test_full_disk),
		TEST(test_places_that_can_not_be),
		TEST(test_not_a_journal),
		TEST(test_planted_files),
		TEST(test_directory_behind_a_link),
		TEST(test_newer_journal),
		TEST(test_damage_is_not_an_empty_list),
		TEST(test_several_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
