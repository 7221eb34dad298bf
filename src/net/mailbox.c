/* One datagram is one letter. */
#include "net/mailbox.h"

#include "base/mem.h"
#include "net/loop_impl.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LETTERS_A_TURN = 16 };

struct mailbox {
	struct event readable;
	mailbox_fn *fn;
	void *arg;
	int fd;
	char name[MAILBOX_NAME + 1];
};

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	char *text = mem_alloc(MAILBOX_MAX_LETTER + 1);
	struct mailbox *m = arg;
	ssize_t len;

	(void)what;
	for (int i = 0; i < LETTERS_A_TURN && (len = recv(fd, text, MAILBOX_MAX_LETTER, MSG_TRUNC)) >= 0; i++) {
		if (len > MAILBOX_MAX_LETTER)
			continue;	/* nobody of ours writes so much */
		text[len] = '\0';
		m->fn(m->arg, text, (size_t)len);
	}
	mem_free(text);
}

struct mailbox *
mailbox_new(struct loop *l, mailbox_fn *fn, void *arg)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(a);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct mailbox *m;

	if (fd < 0)
		return NULL;
	if (bind(fd, (struct sockaddr *)&a, sizeof(a.sun_family)) != 0 || getsockname(fd, (struct sockaddr *)&a, &len) != 0 ||
	    len != sizeof(a.sun_family) + 1 + MAILBOX_NAME) {
		close(fd);
		return NULL;
	}
	m = mem_alloc(sizeof(*m));
	m->fn = fn;
	m->arg = arg;
	m->fd = fd;
	memcpy(m->name, a.sun_path + 1, MAILBOX_NAME);
	event_assign(&m->readable, l->base, fd, EV_READ | EV_PERSIST, on_readable, m);
	event_add(&m->readable, NULL);
	return m;
}

void
mailbox_free(struct mailbox *m)
{
	if (m == NULL)
		return;
	event_del(&m->readable);
	close(m->fd);
	mem_free(m);
}

const char *
mailbox_name(const struct mailbox *m)
{
	return m->name;
}

bool
mailbox_send(const struct mailbox *m, const char *name, const char *text, size_t len)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(name) != MAILBOX_NAME || len > MAILBOX_MAX_LETTER)
		return false;
	memcpy(a.sun_path + 1, name, MAILBOX_NAME);
	return sendto(m->fd, text, len, MSG_NOSIGNAL, (struct sockaddr *)&a, sizeof(a.sun_family) + 1 + MAILBOX_NAME) == (ssize_t)len;
}
