#include "base/secret.h"

#include <string.h>

struct secret {
	size_t len;
	char bytes[];
};

struct secret *
secret_new(const char *bytes, size_t len)
{
	struct secret *s = mem_alloc(sizeof(*s) + len + 1);

	s->len = len;
	memcpy(s->bytes, bytes, len);
	return s;
}

void
secret_free(struct secret *s)
{
	if (s == NULL)
		return;
	mem_wipe(s->bytes, s->len);
	mem_free(s);
}

bool
secret_equal(const struct secret *s, const char *bytes, size_t len)
{
	volatile unsigned char diff = s->len != len;

	for (size_t i = 0; i < len; i++)
		diff |= (unsigned char)(bytes[i] ^ s->bytes[s->len == 0 ? 0 : i % s->len]);
	return diff == 0;
}

void
secret_expose(const struct secret *s, struct buf *out)
{
	buf_add(out, s->bytes, s->len);
}
