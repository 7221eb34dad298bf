/*
 * The bench's client: starts an MCP server on pipes and measures it from outside.
 *
 *	drive start RUNS FLOOR PROGRAM [ARG]...		microseconds from exec to the answer to tools/list
 *	drive latency PORT CALLS PROGRAM [ARG]...	microseconds of GET on a kept connection, and of a call
 *	drive direct PORT MS WINDOWS AT_ONCE		requests per second of the upstream itself
 *	drive rate TOOL MS WINDOWS AT_ONCE PROGRAM [ARG]...	calls per second
 *	drive flight PORT CALLS PROGRAM [ARG]...	requests of that many calls at once at the upstream
 *	drive memory CALLS PROGRAM [ARG]...		kB: PSS after tools/list, PSS and peak RSS after the calls
 *
 * Prints lines "NAME VALUE...". Rounds of what is compared alternate, so that noise of
 * the machine meets both. Any wrong answer ends it with exit 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { ROOM = 8 * 1024 * 1024, DEADLINE_MS = 30000, WARM_UP = 300 };

struct server {
	pid_t pid;
	int in, out;
	char *buf;
	size_t len, scanned;
};

static void
die(const char *what)
{
	fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
start(struct server *s, char *const *argv)
{
	posix_spawn_file_actions_t fa;
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		die("pipe");
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, in[0], 0);
	posix_spawn_file_actions_adddup2(&fa, out[1], 1);
	errno = posix_spawn(&s->pid, argv[0], &fa, NULL, argv, environ);
	if (errno != 0)
		die(argv[0]);
	posix_spawn_file_actions_destroy(&fa);
	close(in[0]);
	close(out[1]);
	s->in = in[1];
	s->out = out[0];
	s->len = s->scanned = 0;
	if (s->buf == NULL && (s->buf = malloc(ROOM)) == NULL)
		die("malloc");
}

static void
stop(struct server *s)
{
	int status;

	close(s->in);
	close(s->out);
	if (waitpid(s->pid, &status, 0) != s->pid)
		die("waitpid");
}

static void
say(struct server *s, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(s->in, text, len);

		if (n < 0)
			die("write");
		text += n;
		len -= (size_t)n;
	}
}

/* Takes whole lines out of the buffer; returns how many. A line with an error ends the program. */
static long
lines(struct server *s)
{
	size_t begin = 0;
	long count = 0;
	char *end;

	while ((end = memchr(s->buf + s->scanned, '\n', s->len - s->scanned)) != NULL) {
		*end = '\0';
		if (strstr(s->buf + begin, "\"isError\":true") != NULL || strstr(s->buf + begin, "\"error\":{") != NULL) {
			fprintf(stderr, "drive: %.500s\n", s->buf + begin);
			exit(1);
		}
		begin = (size_t)(end - s->buf) + 1;
		s->scanned = begin;
		count++;
	}
	memmove(s->buf, s->buf + begin, s->len - begin);
	s->len -= begin;
	s->scanned = s->len;
	return count;
}

/* Waits for bytes; the whole lines that came. 0: until_us has passed. */
static long
hear(struct server *s, int64_t until_us)
{
	for (;;) {
		struct pollfd p = { .fd = s->out, .events = POLLIN };
		int64_t left = until_us - now_us();
		long count;
		ssize_t n;

		if (left < 0 || poll(&p, 1, (int)(left / 1000) + 1) == 0)
			return 0;
		n = read(s->out, s->buf + s->len, ROOM - s->len - 1);
		if (n <= 0)
			die("the server ended");
		s->len += (size_t)n;
		count = lines(s);
		if (count > 0)
			return count;
	}
}

static void
expect(struct server *s, long count)
{
	int64_t until = now_us() + DEADLINE_MS * 1000;

	while (count > 0) {
		long n = hear(s, until);

		if (n == 0) {
			fprintf(stderr, "drive: %ld answers are missing\n", count);
			exit(1);
		}
		count -= n;
	}
}

static void
hello(struct server *s)
{
	say(s, "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
	    "\"clientInfo\":{\"name\":\"claude-code\",\"version\":\"1\"}}}\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
	expect(s, 1);
}

static void
call(struct server *s, const char *tool)
{
	char line[512];
	static long id;

	if (strcmp(tool, "search") == 0)
		snprintf(line, sizeof(line), "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"tools/call\",\"params\":{\"name\":\"jira_search\","
		    "\"arguments\":{\"jql\":\"project = OPS\",\"limit\":50}}}\n", ++id);
	else
		snprintf(line, sizeof(line), "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"tools/call\",\"params\":{\"name\":\"jira_get_issue\","
		    "\"arguments\":{\"issue_key\":\"OPS-%ld\"}}}\n", id + 1, id + 1);	/* each its own: alike ones would be one request */
	id += strcmp(tool, "search") != 0;
	say(s, line);
}

/* ---- start ---- */

static int64_t
start_once(struct server *s, char *const *argv, int waits_for_input)
{
	int64_t begin = now_us(), took;

	start(s, argv);
	if (waits_for_input)
		say(s, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n");
	expect(s, 1);
	took = now_us() - begin;
	stop(s);
	return took;
}

static int
run_start(int argc, char **argv)
{
	char *floor_argv[] = { argv[1], NULL };
	int runs = atoi(argv[0]);
	int64_t *floor_us = calloc((size_t)runs, sizeof(*floor_us)), *ours = calloc((size_t)runs, sizeof(*ours));
	struct server s = { 0 };

	(void)argc;
	if (floor_us == NULL || ours == NULL)
		die("calloc");
	start_once(&s, floor_argv, 0);	/* into the page cache */
	start_once(&s, argv + 2, 1);
	for (int i = 0; i < runs; i++) {
		floor_us[i] = start_once(&s, floor_argv, 0);
		ours[i] = start_once(&s, argv + 2, 1);
	}
	printf("floor");
	for (int i = 0; i < runs; i++)
		printf(" %lld", (long long)floor_us[i]);
	printf("\nours");
	for (int i = 0; i < runs; i++)
		printf(" %lld", (long long)ours[i]);
	puts("");
	return 0;
}

/* ---- the upstream, asked directly ---- */

static int
dial(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void
ask(int fd, const char *path)
{
	char request[512];
	int n = snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
	    "Authorization: Basic YUBleGFtcGxlLmNvbTp0b2tlbg==\r\nUser-Agent: drive\r\n\r\n", path);

	if (write(fd, request, (size_t)n) != n)
		die("write");
}

/* Reads one answer into buf; its body. */
static char *
answer(int fd, char *buf)
{
	size_t len = 0, want = 0;
	char *body = NULL;

	while (body == NULL || len < want) {
		ssize_t n = read(fd, buf + len, ROOM - len - 1);

		if (n <= 0)
			die("the upstream ended");
		len += (size_t)n;
		buf[len] = '\0';
		if (body == NULL && (body = strstr(buf, "\r\n\r\n")) != NULL) {
			body += 4;
			want = (size_t)(body - buf) + strtoul(strstr(buf, "Content-Length:") + 15, NULL, 10);
		}
	}
	return body;
}

static const char issue_path[] = "/rest/api/3/issue/OPS-1?fields=*all";

static int
run_direct(int argc, char **argv)
{
	int port = atoi(argv[0]), ms = atoi(argv[1]), windows = atoi(argv[2]), at_once = atoi(argv[3]);
	struct pollfd *p = calloc((size_t)at_once, sizeof(*p));
	char *buf = malloc(ROOM);

	(void)argc;
	if (p == NULL || buf == NULL)
		die("malloc");
	for (int i = 0; i < at_once; i++) {
		p[i] = (struct pollfd){ .fd = dial(port), .events = POLLIN };
		ask(p[i].fd, issue_path);
	}
	printf("rate");
	for (int w = 0; w < windows; w++) {
		int64_t begin = now_us(), now = begin;
		long count = 0;

		while ((now = now_us()) < begin + (int64_t)ms * 1000) {
			if (poll(p, (nfds_t)at_once, 100) < 0)
				die("poll");
			for (int i = 0; i < at_once; i++) {
				if (!(p[i].revents & POLLIN))
					continue;
				answer(p[i].fd, buf);
				ask(p[i].fd, issue_path);
				count++;
			}
		}
		printf(" %.0f", (double)count * 1e6 / (double)(now - begin));
	}
	puts("");
	return 0;
}

/* ---- latency ---- */

static int
run_latency(int argc, char **argv)
{
	enum { BATCH = 50 };
	int port = atoi(argv[0]), calls = atoi(argv[1]), fd;
	int64_t *direct = calloc((size_t)calls, sizeof(*direct)), *through = calloc((size_t)calls, sizeof(*through));
	char *buf = malloc(ROOM);
	struct server s = { 0 };

	(void)argc;
	if (direct == NULL || through == NULL || buf == NULL)
		die("malloc");
	start(&s, argv + 2);
	hello(&s);
	fd = dial(port);
	for (int i = 0; i < WARM_UP; i++) {
		call(&s, "OPS-1");
		expect(&s, 1);
	}
	for (int i = 0; i < calls; i += BATCH) {
		for (int k = i; k < i + BATCH && k < calls; k++) {
			int64_t begin = now_us();

			ask(fd, issue_path);
			answer(fd, buf);
			direct[k] = now_us() - begin;
		}
		for (int k = i; k < i + BATCH && k < calls; k++) {
			int64_t begin = now_us();

			call(&s, "OPS-1");
			expect(&s, 1);
			through[k] = now_us() - begin;
		}
	}
	stop(&s);
	printf("direct");
	for (int i = 0; i < calls; i++)
		printf(" %lld", (long long)direct[i]);
	printf("\nthrough");
	for (int i = 0; i < calls; i++)
		printf(" %lld", (long long)through[i]);
	puts("");
	return 0;
}

/* ---- rate ---- */

static int
run_rate(int argc, char **argv)
{
	const char *tool = argv[0];
	int ms = atoi(argv[1]), windows = atoi(argv[2]), at_once = atoi(argv[3]);
	struct server s = { 0 };

	(void)argc;
	start(&s, argv + 4);
	hello(&s);
	for (int i = 0; i < at_once; i++)
		call(&s, tool);
	for (long warm = 0; warm < WARM_UP;) {
		long n = hear(&s, now_us() + DEADLINE_MS * 1000);

		if (n == 0)
			die("no answer");
		warm += n;
		for (long i = 0; i < n; i++)
			call(&s, tool);
	}
	printf("rate");
	for (int w = 0; w < windows; w++) {
		int64_t begin = now_us(), end = begin + (int64_t)ms * 1000, now;
		long count = 0;

		while ((now = now_us()) < end) {
			long n = hear(&s, end);

			count += n;
			for (long i = 0; i < n; i++)
				call(&s, tool);
		}
		printf(" %.0f", (double)count * 1e6 / (double)(now - begin));
	}
	puts("");
	expect(&s, at_once);
	stop(&s);
	return 0;
}

/* ---- calls in flight ---- */

static long
most_in_flight(int port)
{
	char buf[4096], *at;
	int fd = dial(port);

	ask(fd, "/bench/stats");
	at = strstr(answer(fd, buf), "\"most\":");
	close(fd);
	return at == NULL ? -1 : strtol(at + 7, NULL, 10);
}

static int
run_flight(int argc, char **argv)
{
	int port = atoi(argv[0]), calls = atoi(argv[1]);
	struct server s = { 0 };

	(void)argc;
	start(&s, argv + 2);
	hello(&s);
	call(&s, "OPS-1");
	expect(&s, 1);
	most_in_flight(port);
	for (int i = 0; i < calls; i++)
		call(&s, "OPS-1");
	expect(&s, calls);
	printf("most %ld\n", most_in_flight(port));
	stop(&s);
	return 0;
}

/* ---- memory ---- */

static long
kb(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	long value = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	f = fopen(path, "r");
	if (f == NULL)
		die(path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtol(line + strlen(name), NULL, 10);
	}
	fclose(f);
	return value;
}

static int
run_memory(int argc, char **argv)
{
	int calls = atoi(argv[0]);
	struct server s = { 0 };

	(void)argc;
	start(&s, argv + 1);
	hello(&s);
	say(&s, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n");
	expect(&s, 1);
	printf("list %ld %ld\n", kb(s.pid, "smaps_rollup", "Pss:"), kb(s.pid, "smaps_rollup", "Private_Dirty:"));
	for (int i = 0; i < calls; i++) {
		call(&s, i % 2 == 0 ? "OPS-1" : "search");
		expect(&s, 1);
	}
	printf("calls %ld %ld\n", kb(s.pid, "smaps_rollup", "Pss:"), kb(s.pid, "smaps_rollup", "Private_Dirty:"));
	printf("peak %ld\n", kb(s.pid, "status", "VmHWM:"));
	stop(&s);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int args;
		int (*fn)(int, char **);
	} modes[] = {
		{ "start", 3, run_start }, { "latency", 3, run_latency }, { "direct", 4, run_direct }, { "rate", 5, run_rate },
		{ "flight", 3, run_flight }, { "memory", 2, run_memory },
	};

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; argc > 1 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name) == 0 && argc - 2 >= modes[i].args)
			return modes[i].fn(argc - 2, argv + 2);
	}
	fprintf(stderr, "usage: see the head of drive.c\n");
	return 2;
}
