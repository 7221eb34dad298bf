/*
 * The stdio transport fed in pieces, each seen to be read before the next is written:
 * every piece one byte, and a session cut in two at every place. The real binary.
 * test/mcp/run builds it; exit 0 and silence when all is well.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000 };

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "split.c:%d: not so: %s\n", __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

static const char session[] =
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
    "\"clientInfo\":{\"name\":\"\xc3\xa9\xf0\x9f\x98\x80\",\"version\":\"1\"}}}\r\n"
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n\n"
    "{\"jsonrpc\":\"2.0\",\"id\":\"\\u00e9\",\"method\":\"ping\"}\n"
    "{broken\n"
    "{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"ping\"}";

static const char *const expected[] = {
	"{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\",",
	"{\"jsonrpc\":\"2.0\",\"id\":\"\xc3\xa9\",\"result\":{}}\n",
	"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,",
	"{\"jsonrpc\":\"2.0\",\"id\":-1,\"result\":{}}\n",
};

struct server {
	pid_t pid;
	int in, out;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct server
start(void)
{
	const char *program = getenv("TELAMON") != NULL ? getenv("TELAMON") : "build/telamon";
	struct server s = { 0 };
	int in[2], out[2];

	MUST(pipe2(in, O_CLOEXEC) == 0);
	MUST(pipe2(out, O_CLOEXEC) == 0);
	s.pid = fork();
	MUST(s.pid >= 0);
	if (s.pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		execl(program, program, "serve", (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	s.in = in[1];
	s.out = out[0];
	return s;
}

/* Writes a piece and waits until the server has taken it out of the pipe. */
static void
piece(const struct server *s, const char *data, size_t len)
{
	int64_t until = now_ms() + DEADLINE_MS;
	int left = 1;

	if (len == 0)
		return;
	MUST(write(s->in, data, len) == (ssize_t)len);
	while (left > 0) {
		MUST(ioctl(s->in, FIONREAD, &left) == 0);
		MUST(now_ms() < until);
	}
}

static void
end(struct server *s)
{
	static char answer[16384];
	size_t n = 0;
	int status;

	close(s->in);
	for (;;) {
		struct pollfd p = { .fd = s->out, .events = POLLIN };
		ssize_t got;

		MUST(poll(&p, 1, DEADLINE_MS) == 1);
		got = read(s->out, answer + n, sizeof(answer) - 1 - n);
		MUST(got >= 0);
		if (got == 0)
			break;
		n += (size_t)got;
		MUST(n < sizeof(answer) - 1);
	}
	answer[n] = '\0';
	close(s->out);
	MUST(waitpid(s->pid, &status, 0) == s->pid);
	MUST(WIFEXITED(status));
	MUST(WEXITSTATUS(status) == 0);

	char *line = answer;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		char *next = strchr(line, '\n');

		MUST(next != NULL);
		MUST(strncmp(line, expected[i], strlen(expected[i])) == 0);
		line = next + 1;
	}
	MUST(*line == '\0');
}

static void
byte_by_byte(void)
{
	struct server s = start();

	for (size_t i = 0; i < sizeof(session) - 1; i++)
		piece(&s, session + i, 1);
	end(&s);
}

static void
cut_at_every_place(void)
{
	for (size_t i = 1; i < sizeof(session) - 1; i++) {
		struct server s = start();

		piece(&s, session, i);
		piece(&s, session + i, sizeof(session) - 1 - i);
		end(&s);
	}
}

int
main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && strcmp(argv[1], "bytes") == 0)
		byte_by_byte();
	else
		cut_at_every_place();
	return 0;
}
