/*
 * A Jira site for the bench: answers with recorded payloads as fast as one core can,
 * or after a constant delay. One epoll loop; connections are kept alive.
 *
 * usage: upstream ISSUE.json SEARCH.json [OTHER-PATH=FILE]...
 * Prints its port. GET /bench/delay?ms=N sets the delay; GET /bench/stats gives the
 * number of requests so far, those in flight and the most in flight, and begins a
 * new maximum. Requests to /bench/ are not counted. Ends when its standard input does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 4096, REQUEST_ROOM = 64 * 1024, MAX_FILES = 16, MAX_WAITING = 65536 };

struct connection {
	char in[REQUEST_ROOM];
	size_t len;
	unsigned generation;
};

struct file {
	const char *path;
	char *answer;		/* head and body */
	size_t len;
};

struct waiting {
	int64_t at_us;
	int fd;
	unsigned generation;
	const struct file *file;
};

static struct connection *connections[MAX_CONNECTIONS];
static struct file files[MAX_FILES];
static size_t file_count;
static struct waiting queue[MAX_WAITING];	/* the delay is constant, so it is a ring in order of time */
static size_t queue_head, queue_count;
static int64_t delay_us;
static long requests, in_flight, most;
static int ep, timer_fd;

static void
die(const char *what)
{
	perror(what);
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
load(const char *path, const char *name)
{
	FILE *f = fopen(name, "rb");
	char *body;
	long n;
	int head;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (n = ftell(f)) < 0 || file_count == MAX_FILES)
		die(name);
	rewind(f);
	body = malloc((size_t)n + 256);
	if (body == NULL)
		die("malloc");
	head = snprintf(body, 256, "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: %ld\r\n\r\n", n);
	if (fread(body + head, 1, (size_t)n, f) != (size_t)n)
		die(name);
	fclose(f);
	files[file_count++] = (struct file){ path, body, (size_t)head + (size_t)n };
}

static void
drop(int fd)
{
	connections[fd]->generation++;
	connections[fd]->len = 0;
	close(fd);
}

/* Blocking is no matter here: answers are read at once by a client on the same machine. */
static void
send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

static void
bench(int fd, const char *path)
{
	char body[128], answer[256];
	int n = 0;

	if (strncmp(path, "/bench/delay?ms=", 16) == 0)
		delay_us = strtoll(path + 16, NULL, 10) * 1000;
	n = snprintf(body, sizeof(body), "{\"requests\":%ld,\"in_flight\":%ld,\"most\":%ld}", requests, in_flight, most);
	most = in_flight;
	n = snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", n, body);
	send_all(fd, answer, (size_t)n);
}

static const struct file *
find(const char *path)
{
	for (size_t i = 2; i < file_count; i++) {
		if (strncmp(path, files[i].path, strlen(files[i].path)) == 0)
			return &files[i];
	}
	return strstr(path, "/search") != NULL ? &files[1] : &files[0];
}

static void
answer(int fd, char *request)
{
	char *path = strchr(request, ' ');

	if (path == NULL)
		return;
	path++;
	path[strcspn(path, " \r")] = '\0';
	if (strncmp(path, "/bench/", 7) == 0) {
		bench(fd, path);
		return;
	}
	requests++;
	if (++in_flight > most)
		most = in_flight;
	if (delay_us == 0) {
		const struct file *f = find(path);

		send_all(fd, f->answer, f->len);
		in_flight--;
	} else if (queue_count < MAX_WAITING) {
		queue[(queue_head + queue_count++) % MAX_WAITING] =
		    (struct waiting){ now_us() + delay_us, fd, connections[fd]->generation, find(path) };
	}
}

/* Every whole request in the buffer. */
static void
take(int fd)
{
	struct connection *c = connections[fd];

	for (;;) {
		char *end = memmem(c->in, c->len, "\r\n\r\n", 4), *length;
		size_t head, body = 0;

		if (end == NULL)
			return;
		*end = '\0';
		length = strcasestr(c->in, "\r\ncontent-length:");
		if (length != NULL)
			body = strtoul(length + 17, NULL, 10);
		head = (size_t)(end - c->in) + 4;
		if (c->len < head + body) {
			*end = '\r';
			return;
		}
		answer(fd, c->in);
		memmove(c->in, c->in + head + body, c->len - head - body);
		c->len -= head + body;
	}
}

static void
readable(int fd)
{
	struct connection *c = connections[fd];
	ssize_t n = read(fd, c->in + c->len, sizeof(c->in) - 1 - c->len);

	if (n <= 0) {
		drop(fd);
		return;
	}
	c->len += (size_t)n;
	take(fd);
}

static void
add(int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev) != 0)
		die("epoll_ctl");
}

static void
accept_all(int listener)
{
	int fd, one = 1;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		if (fd >= MAX_CONNECTIONS) {
			close(fd);
			continue;
		}
		if (connections[fd] == NULL && (connections[fd] = calloc(1, sizeof(struct connection))) == NULL)
			die("calloc");
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		add(fd);
	}
}

/* Sends what is due and sets the timer to the next. */
static void
due(void)
{
	struct itimerspec timer = { 0 };
	int64_t now = queue_count > 0 ? now_us() : 0;

	while (queue_count > 0 && queue[queue_head].at_us <= now) {
		struct waiting *w = &queue[queue_head];

		queue_head = (queue_head + 1) % MAX_WAITING;
		queue_count--;
		in_flight--;
		if (connections[w->fd]->generation == w->generation)
			send_all(w->fd, w->file->answer, w->file->len);
	}
	if (queue_count == 0)
		return;
	timer.it_value.tv_sec = queue[queue_head].at_us / 1000000;	/* of the monotonic clock */
	timer.it_value.tv_nsec = queue[queue_head].at_us % 1000000 * 1000;
	timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &timer, NULL);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	struct epoll_event ev[256];
	int listener;

	if (argc < 3)
		return 2;
	load("issue", argv[1]);
	load("search", argv[2]);
	for (int i = 3; i < argc; i++) {
		char *eq = strchr(argv[i], '=');

		if (eq == NULL)
			return 2;
		*eq = '\0';
		load(argv[i], eq + 1);
	}
	ep = epoll_create1(EPOLL_CLOEXEC);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (ep < 0 || listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(listener, 1024) != 0 ||
	    getsockname(listener, (struct sockaddr *)&a, &len) != 0)
		die("listen");
	timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (timer_fd < 0)
		die("timerfd");
	add(listener);
	add(timer_fd);
	add(STDIN_FILENO);
	printf("%d\n", ntohs(a.sin_port));
	fflush(stdout);
	for (;;) {
		int n;
		uint64_t expired;

		due();
		n = epoll_wait(ep, ev, 256, -1);
		for (int i = 0; i < n; i++) {
			if (ev[i].data.fd == listener)
				accept_all(listener);
			else if (ev[i].data.fd == STDIN_FILENO)
				return 0;
			else if (ev[i].data.fd != timer_fd)
				readable(ev[i].data.fd);
			else if (read(timer_fd, &expired, sizeof(expired)) < 0 && errno != EAGAIN)
				die("timer");
		}
	}
}
