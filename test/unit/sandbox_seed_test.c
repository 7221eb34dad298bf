/*
 * The seeded company: the same for a seed, and true in itself. The checks hold for
 * every seed, so several are tried, and both deployments.
 */
#include "unit/sandbox_harness.h"

static const uint64_t seeds[] = { 1, 2, 3, 4711 };

static void
each_site(void (*check)(struct sb_site *))
{
	for (size_t i = 0; i < LEN(seeds); i++)
		for (int dc = 0; dc <= 1; dc++) {
			struct sb_site *site = sb_site_new(dc == 1, "http://sandbox", seeds[i], NOW_MS);

			check(site);
			sb_site_free(site);
		}
}

static void
check_counts(struct sb_site *site)
{
	size_t comments = 0, changes = 0, mine = 0, unassigned = 0, reopened = 0;

	assert_in_range(site->issue_count, 170, 240);
	assert_int_equal(site->sprint_count, 3);
	assert_true(site->link_count > 10);
	for (size_t i = 0; i < site->issue_count; i++) {
		comments += site->issue[i]->comment_count;
		changes += site->issue[i]->change_count;
		mine += sb_id(site->issue[i], F_ASSIGNEE) == SB_ME;
		unassigned += sb_id(site->issue[i], F_ASSIGNEE) == -1;
		reopened += sb_id(site->issue[i], F_STATUS) == SB_REOPENED;
	}
	assert_true(comments > 100);
	assert_true(changes > 300);
	assert_true(mine >= 10);
	assert_true(unassigned >= 5);
	assert_true(reopened <= 12);
}

static void
test_counts(void **state)
{
	(void)state;
	each_site(check_counts);
}

/* Everything that happened lies between the creation and now, in order. */
static void
check_times_until(struct sb_site *site, int64_t now)
{
	for (size_t i = 0; i < site->issue_count; i++) {
		const struct sb_issue *s = site->issue[i];
		int64_t created = sb_id(s, F_CREATED), last = created;

		assert_true(created < now && created > now - INT64_C(160) * 86400000);
		assert_true(sb_id(s, F_UPDATED) >= created && sb_id(s, F_UPDATED) <= now);
		for (size_t k = 0; k < s->change_count; k++) {
			if (s->change[k].at_ms < last || s->change[k].at_ms > now)
				fail_msg("%s: change %zu is not in order", s->key, k);
			last = s->change[k].at_ms;
			assert_true(last <= sb_id(s, F_UPDATED));
			if (k > 0)
				assert_true(s->change[k].id > s->change[k - 1].id);
		}
		for (size_t k = 0; k < s->comment_count; k++)
			assert_true(s->comment[k].created_ms >= created && s->comment[k].created_ms <= now);
	}
}

static void
check_times(struct sb_site *site)
{
	check_times_until(site, NOW_MS);
}

static void
test_times(void **state)
{
	(void)state;
	each_site(check_times);
}

/* The log of a field is a chain that ends at the field's value. */
static void
check_chain(struct sb_site *site, const struct sb_issue *s, enum sb_field_no no, const char *first)
{
	struct arena *a = arena_new();
	const struct sb_field *f = &sb_field_table[no];
	const char *at = first;
	bool begun = first != NULL;

	for (size_t k = 0; k < s->change_count; k++)
		for (size_t i = 0; i < s->change[k].item_count; i++) {
			const struct sb_item *it = &s->change[k].item[i];

			if (it->field != no)
				continue;
			if (begun && !str_eq(at, it->from_text))
				fail_msg("%s: %s was %s, the log says %s", s->key, f->cloud_name, at, it->from_text);
			at = it->to_text;
			begun = true;
		}
	if (begun)
		assert_string_equal(at != NULL ? at : "", s->value[no].n == 0 ? "" : sb_atom_text(site, a, f, &s->value[no].v[0]));
	arena_free(a);
}

static void
check_history(struct sb_site *site)
{
	for (size_t i = 0; i < site->issue_count; i++) {
		const struct sb_issue *s = site->issue[i];
		bool done = sb_id(s, F_STATUS) == SB_DONE;

		check_chain(site, s, F_STATUS, "To Do");
		check_chain(site, s, F_PRIORITY, NULL);
		check_chain(site, s, F_ASSIGNEE, NULL);
		check_chain(site, s, F_RESOLUTION, NULL);
		assert_int_equal(done, sb_id(s, F_RESOLUTION) != -1);
		assert_int_equal(done, sb_id(s, F_RESOLUTIONDATE) != -1);
	}
}

static void
test_history(void **state)
{
	(void)state;
	each_site(check_history);
}

/* Statuses change only as the workflow allows. */
static void
check_workflow(struct sb_site *site)
{
	for (size_t i = 0; i < site->issue_count; i++) {
		const struct sb_issue *s = site->issue[i];

		for (size_t k = 0; k < s->change_count; k++)
			for (size_t n = 0; n < s->change[k].item_count; n++) {
				const struct sb_item *it = &s->change[k].item[n];
				bool found = it->field != F_STATUS;

				for (size_t t = 0; t < sb_workflow_count && !found; t++)
					found = sb_transition_fits(&sb_workflow[t], sb_named_by_name(SB_STATUS, it->from_text, -1)->id,
					    sb_id(s, F_ISSUETYPE)) && sb_workflow[t].to == sb_named_by_name(SB_STATUS, it->to_text, -1)->id;
				if (!found)
					fail_msg("%s: no transition from %s to %s", s->key, it->from_text, it->to_text);
			}
	}
}

static void
test_workflow(void **state)
{
	(void)state;
	each_site(check_workflow);
}

static void
check_references(struct sb_site *site)
{
	static const enum sb_sprint_state order[] = { SB_CLOSED, SB_ACTIVE, SB_FUTURE };

	for (size_t i = 0; i < LEN(order); i++) {
		assert_int_equal(site->sprint[i].state, order[i]);
		assert_true(site->sprint[i].start_ms < site->sprint[i].end_ms);
	}
	assert_true(site->sprint[0].end_ms <= site->sprint[1].start_ms);
	assert_true(site->sprint[1].start_ms < NOW_MS && NOW_MS < site->sprint[1].end_ms);
	assert_true(site->sprint[2].start_ms > NOW_MS);
	for (size_t i = 0; i < site->issue_count; i++) {
		const struct sb_issue *s = site->issue[i], *parent = sb_issue_by_id(site, sb_parent_id(s));
		int level = sb_named_by_id(SB_TYPE, sb_id(s, F_ISSUETYPE))->level;

		assert_true(strlen(sb_text(s, F_SUMMARY)) >= 10);
		if (level < 0)
			assert_non_null(parent);
		if (parent != NULL) {
			assert_int_equal(parent->project, s->project);
			assert_int_equal(sb_named_by_id(SB_TYPE, sb_id(parent, F_ISSUETYPE))->level, level + 1);
		}
		for (size_t k = 0; k < s->value[F_COMPONENTS].n; k++)
			assert_int_equal(sb_named_by_id(SB_COMPONENT, s->value[F_COMPONENTS].v[k].id)->project, s->project);
		for (size_t k = 0; k < s->value[F_FIXVERSIONS].n; k++)
			assert_int_equal(sb_named_by_id(SB_VERSION, s->value[F_FIXVERSIONS].v[k].id)->project, s->project);
		if (sb_id(s, F_ASSIGNEE) >= 0)
			assert_true(sb_may_see((int)sb_id(s, F_ASSIGNEE), s->project));
	}
}

static void
test_references(void **state)
{
	(void)state;
	each_site(check_references);
}

/* The same seed and time make the same site, byte for byte; another seed does not. */
static void
test_deterministic(void **state)
{
	static const char *const request = "GET /rest/api/3/search/jql?jql=created+%3E+-1000d&maxResults=100&fields=*all&expand=changelog";
	struct test_site a, b, c;

	(void)state;
	site_open(&a, false, 1);
	site_open(&b, false, 1);
	site_open(&c, false, 2);
	for (int page = 0; page < 2; page++) {
		const char *r = page == 0 ? request : arena_printf(a.arena, "%s&nextPageToken=%s", request, json_get_str(a.body, "nextPageToken"));

		ask_ok(&a, r, NULL);
		ask_ok(&b, r, NULL);
		assert_string_equal(a.text, b.text);
	}
	ask_ok(&a, request, NULL);
	ask_ok(&c, request, NULL);
	assert_string_not_equal(a.text, c.text);
	site_close(&a);
	site_close(&b);
	site_close(&c);
}

/* The time moves the dates and nothing else: any hour of two weeks gives the same company. */
static void
test_same_on_every_day(void **state)
{
	struct sb_site *first = sb_site_new(false, "http://sandbox", 1, NOW_MS);

	(void)state;
	for (int64_t hour = 1; hour < 14 * 24; hour += 5) {
		struct sb_site *site = sb_site_new(false, "http://sandbox", 1, NOW_MS + hour * 3600000 + 1234);

		assert_int_equal(site->issue_count, first->issue_count);
		assert_int_equal(site->link_count, first->link_count);
		for (size_t i = 0; i < site->issue_count; i++) {
			const struct sb_issue *a = first->issue[i], *b = site->issue[i];

			assert_string_equal(a->key, b->key);
			assert_string_equal(sb_text(a, F_SUMMARY), sb_text(b, F_SUMMARY));
			assert_int_equal(sb_id(a, F_STATUS), sb_id(b, F_STATUS));
			assert_int_equal(sb_id(a, F_ASSIGNEE), sb_id(b, F_ASSIGNEE));
			assert_int_equal(a->comment_count, b->comment_count);
			assert_int_equal(a->value[F_SPRINT].n, b->value[F_SPRINT].n);
		}
		check_times_until(site, NOW_MS + hour * 3600000 + 1234);
		sb_site_free(site);
	}
	sb_site_free(first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts), cmocka_unit_test(test_times), cmocka_unit_test(test_history),
		cmocka_unit_test(test_workflow), cmocka_unit_test(test_references), cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_same_on_every_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
