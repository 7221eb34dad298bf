/*
 * What the HTTP server costs, measured beside its floor in the same run.
 *
 *	httpd_bench			CPU per request: bare epoll loop, this server, nginx when installed
 *	httpd_bench idle [N]		memory per idle connection after a first request (default 10,000)
 *	httpd_bench slow [N]		latency of good requests beside N clients that drip headers (default 500)
 *	httpd_bench mcp PORT PID	tools/list of a telamon that serves there (PID: its worker), CPU and rate,
 *					beside this server with an answer of the same size
 *
 *	make build/release/libtelamon.a && cc -O2 -D_GNU_SOURCE -Isrc -o build/httpd_bench test/bench/httpd_bench.c \
 *	    build/release/libtelamon.a -levent_core -lyyjson -ldl -lm -lpthread
 *
 * Each server runs in a child of its own, bound to the loopback address; the
 * parent is the client and reads the child's CPU time from /proc. A request is a
 * POST of 400 bytes in all, the answer has a body of 2 KB. CPU figures hold on a
 * noisy machine, latencies do not.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "net/httpd.h"
#include "net/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 400, ANSWER = 2048, MAX_ANSWER = 64 * 1024, CLIENTS = 64, ROUNDS = 5, ROUND_MS = 1500, MAX_FDS = 65536 };

static char request[REQUEST + 1];
static char answer_body[MAX_ANSWER];
static int answer_size = ANSWER;

struct target {
	const char *name;
	pid_t pid;		/* whose CPU time counts */
	pid_t stop;		/* what to stop */
	int port;
};

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int
tcp_listen(int *ret_port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 || listen(fd, 1024) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		die("listen");
	*ret_port = ntohs(a.sin_port);
	return fd;
}

static int
tcp_connect(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1)
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

/* The floor: no parsing at all, one answer for every 400 bytes. */
static void
bare_epoll(int listener)
{
	static char out[ANSWER + 256], in[65536];
	static size_t have[MAX_FDS];
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = listener }, evs[64];
	int ep = epoll_create1(EPOLL_CLOEXEC);
	size_t out_len = (size_t)snprintf(out, sizeof(out),
	    "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Type: application/json\r\n"
	    "Content-Length: %d\r\n\r\n", ANSWER);

	memcpy(out + out_len, answer_body, ANSWER);
	out_len += ANSWER;
	epoll_ctl(ep, EPOLL_CTL_ADD, listener, &ev);
	for (;;) {
		int n = epoll_wait(ep, evs, 64, -1);

		for (int i = 0; i < n; i++) {
			int fd = evs[i].data.fd;
			ssize_t got;

			if (fd == listener) {
				fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
				if (fd == -1)
					continue;
				have[fd] = 0;
				ev = (struct epoll_event){ .events = EPOLLIN, .data.fd = fd };
				epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
				continue;
			}
			got = read(fd, in, sizeof(in));
			if (got <= 0) {
				close(fd);
				continue;
			}
			have[fd] += (size_t)got;
			while (have[fd] >= REQUEST) {
				have[fd] -= REQUEST;
				if (write(fd, out, out_len) != (ssize_t)out_len)
					close(fd);
			}
		}
	}
}

static void
serve(struct exchange *ex, void *arg)
{
	static const struct httpd_header type = { "Content-Type", "application/json" };

	(void)arg;
	exchange_reply(ex, 200, &type, 1, answer_body, (size_t)answer_size);
}

static void
our_server(int report)
{
	struct httpd_options o = { .host = "127.0.0.1", .max_connections = 60000 };
	struct arena *a = arena_new();
	struct loop *l = loop_new();
	struct httpd *h;
	struct err e;
	int port;

	err_init(&e, a);
	h = httpd_listen(l, &o, serve, NULL, &e);
	if (h == NULL) {
		fprintf(stderr, "%s\n", err_text(&e));
		exit(1);
	}
	port = httpd_port(h);
	if (write(report, &port, sizeof(port)) != sizeof(port))
		die("write");
	loop_run(l);
}

static struct target
start(const char *name)
{
	struct target t = { .name = name };
	int fds[2], listener = -1;
	bool bare = strcmp(name, "bare epoll") == 0;

	if (pipe(fds) == -1)
		die("pipe");
	if (bare)
		listener = tcp_listen(&t.port);
	fflush(NULL);
	t.pid = t.stop = fork();
	if (t.pid == -1)
		die("fork");
	if (t.pid == 0) {
		if (bare)
			bare_epoll(listener);
		else
			our_server(fds[1]);
		_exit(0);
	}
	if (bare)
		close(listener);
	else if (read(fds[0], &t.port, sizeof(t.port)) != sizeof(t.port))
		die("read");
	close(fds[0]);
	close(fds[1]);
	return t;
}

/* nginx with one worker in a folder of its own; false when it is not installed. */
static bool
start_nginx(struct target *t, char *dir)
{
	char path[128];
	int fd = tcp_listen(&t->port);
	FILE *f;

	close(fd);	/* its port is free now, and nginx takes it */
	if (mkdtemp(dir) == NULL)
		die("mkdtemp");
	snprintf(path, sizeof(path), "%s/nginx.conf", dir);
	f = fopen(path, "w");
	if (f == NULL)
		die(path);
	fprintf(f, "daemon off; master_process off; worker_processes 1; pid %s/pid; error_log %s/error.log;\n"
		   "events { worker_connections 2048; }\nhttp { access_log off; keepalive_requests 100000000;\n"
		   "client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s; uwsgi_temp_path %s; scgi_temp_path %s;\n"
		   "server { listen 127.0.0.1:%d; default_type application/json; location / { return 200 '%.*s'; } } }\n",
	    dir, dir, dir, dir, dir, dir, dir, t->port, ANSWER, answer_body);
	fclose(f);
	t->name = "nginx return";
	t->pid = t->stop = fork();
	if (t->pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 2);
		execlp("nginx", "nginx", "-e", "/dev/null", "-c", path, (char *)NULL);
		execl("/usr/sbin/nginx", "nginx", "-e", "/dev/null", "-c", path, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 2000000; i++) {	/* until it listens or has ended */
		struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)t->port) };
		int status, c = socket(AF_INET, SOCK_STREAM, 0);

		a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (connect(c, (struct sockaddr *)&a, sizeof(a)) == 0) {
			close(c);
			return true;
		}
		close(c);
		if (waitpid(t->pid, &status, WNOHANG) == t->pid)
			return false;
	}
	kill(t->pid, SIGTERM);
	waitpid(t->pid, NULL, 0);
	return false;
}

static void
stop(struct target *t)
{
	kill(t->stop, SIGTERM);
	waitpid(t->stop, NULL, 0);
}

/* User and system time of a process in microseconds, from its scheduler statistics (nanoseconds). */
static double
cpu_us(pid_t pid)
{
	char path[64], text[128] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	fd = open(path, O_RDONLY);
	n = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		die(path);
	close(fd);
	return (double)strtoull(text, NULL, 10) / 1000;
}

static size_t
answer_length(const char *in, size_t have)
{
	const char *end = memmem(in, have, "\r\n\r\n", 4);

	const char *length = end == NULL ? NULL : memmem(in, (size_t)(end - in), "Content-Length: ", 16);

	if (length == NULL)
		return 0;
	return (size_t)(end - in) + 4 + strtoul(length + 16, NULL, 10);
}

struct samples {
	uint32_t *us;
	size_t count, cap;
};

/* Keeps `clients` connections busy for `ms`; returns how many answers came. */
static size_t
saturate(int port, int clients, int ms, struct samples *samples)
{
	static char in[65536];
	static size_t have[MAX_FDS], want[MAX_FDS];
	static int64_t sent_us[MAX_FDS];
	int64_t end = clock_mono_ms() + ms;
	struct epoll_event evs[64];
	int *fds = mem_array((size_t)clients, sizeof(*fds)), ep = epoll_create1(EPOLL_CLOEXEC);
	size_t answers = 0;

	for (int i = 0; i < clients; i++) {
		struct epoll_event ev = { .events = EPOLLIN };

		fds[i] = ev.data.fd = tcp_connect(port);
		have[fds[i]] = want[fds[i]] = 0;
		sent_us[fds[i]] = clock_mono_us();
		epoll_ctl(ep, EPOLL_CTL_ADD, fds[i], &ev);
		if (write(fds[i], request, REQUEST) != REQUEST)
			die("write");
	}
	while (clock_mono_ms() < end) {
		int n = epoll_wait(ep, evs, 64, 100);

		for (int i = 0; i < n; i++) {
			int fd = evs[i].data.fd;
			ssize_t got = read(fd, in, sizeof(in));

			if (got <= 0)
				die("server closed");
			if (want[fd] == 0)
				want[fd] = answer_length(in, (size_t)got);
			have[fd] += (size_t)got;
			if (have[fd] < want[fd])
				continue;
			have[fd] = 0;
			want[fd] = 0;
			answers++;
			if (samples != NULL && samples->count < samples->cap)
				samples->us[samples->count++] = (uint32_t)(clock_mono_us() - sent_us[fd]);
			sent_us[fd] = clock_mono_us();
			if (write(fd, request, REQUEST) != REQUEST)
				die("write");
		}
	}
	for (int i = 0; i < clients; i++)
		close(fds[i]);
	close(ep);
	mem_free(fds);
	return answers;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int
bench_cpu(void)
{
	char dir[] = "/tmp/httpd-bench-XXXXXX", command[128];
	struct target t[3] = { start("bare epoll"), start("telamon httpd") };
	int count = start_nginx(&t[2], dir) ? 3 : 2;
	double us[3][ROUNDS], floor_us = 0;

	for (int r = 0; r < ROUNDS; r++) {
		for (int i = 0; i < count; i++) {
			double before = cpu_us(t[i].pid);
			size_t n = saturate(t[i].port, CLIENTS, ROUND_MS, NULL);

			us[i][r] = (cpu_us(t[i].pid) - before) / (double)n;
		}
	}
	printf("CPU microseconds of the server per POST of %d bytes with a %d byte body in answer, %d connections,\n"
	       "%d rounds of %d ms each, in turn:\n", REQUEST, ANSWER, CLIENTS, ROUNDS, ROUND_MS);
	for (int i = 0; i < count; i++) {
		qsort(us[i], ROUNDS, sizeof(us[i][0]), by_value);
		if (i == 0)
			floor_us = us[i][ROUNDS / 2];
		printf("%-14s best %5.2f  median %5.2f  ratio to bare epoll %.2f\n", t[i].name, us[i][0], us[i][ROUNDS / 2],
		    us[i][ROUNDS / 2] / floor_us);
		stop(&t[i]);
	}
	for (const char *const *f = (const char *const[]){ "/nginx.conf", "/error.log", "/pid", "", NULL }; *f != NULL; f++) {
		snprintf(command, sizeof(command), "%s%s", dir, *f);
		remove(command);
	}
	return 0;
}

/* Kilobytes of memory that belong to this process alone. */
static long
private_kb(pid_t pid)
{
	char path[64], line[256];
	long sum = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		die(path);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "Private_", 8) == 0)
			sum += strtol(strchr(line, ':') + 1, NULL, 10);
	}
	fclose(f);
	return sum;
}

static void
read_answer(int fd)
{
	static char in[8192];
	size_t have = 0;

	fcntl(fd, F_SETFL, 0);
	while (have < ANSWER) {
		ssize_t n = read(fd, in, sizeof(in));

		if (n <= 0)
			die("read");
		have += (size_t)n;
	}
}

static int
bench_idle(int n)
{
	struct target t = start("telamon httpd");
	int *fds = mem_array((size_t)n, sizeof(*fds));
	long before, after;

	saturate(t.port, CLIENTS, 200, NULL);	/* so that what is made once is there */
	before = private_kb(t.pid);
	for (int i = 0; i < n; i++) {
		fds[i] = tcp_connect(t.port);
		if (write(fds[i], request, REQUEST) != REQUEST)
			die("write");
		read_answer(fds[i]);
	}
	after = private_kb(t.pid);
	printf("%d idle connections, each after one request: %ld KB, then %ld KB private: %.2f KB each\n", n, before, after,
	    (double)(after - before) / n);
	stop(&t);
	return (double)(after - before) / n <= 2.0 ? 0 : 1;
}

static int
by_us(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
print_latency(const char *what, struct samples *s)
{
	qsort(s->us, s->count, sizeof(*s->us), by_us);
	printf("%-34s %7zu answers, p50 %6.3f ms, p99 %6.3f ms\n", what, s->count, s->us[s->count / 2] / 1000.0,
	    s->us[s->count * 99 / 100] / 1000.0);
	s->count = 0;
}

static int
bench_slow(int n)
{
	struct target t = start("telamon httpd");
	struct samples s = { .us = mem_array(1 << 20, sizeof(*s.us)), .cap = 1 << 20 };
	int *fds = mem_array((size_t)n, sizeof(*fds));
	pid_t dripper;

	saturate(t.port, 16, 2000, &s);
	print_latency("16 clients, nobody else", &s);
	for (int i = 0; i < n; i++) {
		fds[i] = tcp_connect(t.port);
		if (write(fds[i], "POST / HTTP/1.1\r\n", 17) != 17)
			die("write");
	}
	fflush(NULL);
	dripper = fork();
	if (dripper == 0) {
		signal(SIGPIPE, SIG_IGN);
		for (int i = 0;; i++) {	/* about 50 bytes a second to each */
			const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

			for (int k = 0; k < n; k++)
				(void)!write(fds[k], &"A: b\r\n"[i % 6], 1);
			nanosleep(&pause, NULL);
		}
	}
	saturate(t.port, 16, 2000, &s);
	print_latency("16 clients beside the slow ones", &s);
	kill(dripper, SIGKILL);
	waitpid(dripper, NULL, 0);
	stop(&t);
	return 0;
}

/* A whole request of REQUEST bytes with this text, padded with spaces, as its body. */
static void
set_request(const char *body)
{
	int head = snprintf(request, sizeof(request),
	    "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\n"
	    "Accept: application/json, text/event-stream\r\nUser-Agent: bench/1.0\r\nContent-Length: 000\r\n\r\n");

	snprintf(request + head - 7, 8, "%03d\r\n\r\n", REQUEST - head);
	memset(request + head, ' ', (size_t)(REQUEST - head));
	memcpy(request + head, body, strlen(body));
}

static int
bench_mcp(int port, pid_t pid)
{
	static char in[MAX_ANSWER];
	struct target t[2] = { { .name = "mcp", .port = port, .pid = pid } };
	double us[2][ROUNDS], rate[2][ROUNDS];
	size_t have = 0;
	int fd;

	set_request("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
	fd = tcp_connect(port);
	fcntl(fd, F_SETFL, 0);	/* this once it may wait */
	if (write(fd, request, REQUEST) != REQUEST)
		die("write");
	while (answer_length(in, have) == 0 || have < answer_length(in, have)) {
		ssize_t n = read(fd, in + have, sizeof(in) - have);

		if (n <= 0)
			die("no answer");
		have += (size_t)n;
	}
	close(fd);
	answer_size = (int)(have - (size_t)((const char *)memmem(in, have, "\r\n\r\n", 4) + 4 - in));
	t[1] = start("telamon httpd");
	for (int r = 0; r < ROUNDS; r++) {
		for (int i = 0; i < 2; i++) {
			double before = cpu_us(t[i].pid);
			size_t n = saturate(t[i].port, CLIENTS, ROUND_MS, NULL);

			us[i][r] = (cpu_us(t[i].pid) - before) / (double)n;
			rate[i][r] = (double)n * 1000 / ROUND_MS;
		}
	}
	for (int i = 0; i < 2; i++) {
		qsort(us[i], ROUNDS, sizeof(us[i][0]), by_value);
		qsort(rate[i], ROUNDS, sizeof(rate[i][0]), by_value);
	}
	printf("mcp: %.2f us, bare server: %.2f us, ratio %.2f, answer of %d bytes, %.0f and %.0f answers/s\n", us[0][ROUNDS / 2],
	    us[1][ROUNDS / 2], us[0][ROUNDS / 2] / us[1][ROUNDS / 2], answer_size, rate[0][ROUNDS / 2], rate[1][ROUNDS / 2]);
	stop(&t[1]);
	return 0;
}

int
main(int argc, char **argv)
{
	struct rlimit files;
	int n = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	signal(SIGPIPE, SIG_IGN);
	memset(answer_body, 'x', sizeof(answer_body));
	set_request("");
	if (argc > 3 && strcmp(argv[1], "mcp") == 0)
		return bench_mcp(n, (pid_t)strtol(argv[3], NULL, 10));
	if (argc > 1 && strcmp(argv[1], "idle") == 0)
		return bench_idle(n > 0 ? n : 10000);
	if (argc > 1 && strcmp(argv[1], "slow") == 0)
		return bench_slow(n > 0 ? n : 500);
	return bench_cpu();
}
