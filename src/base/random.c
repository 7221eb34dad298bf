#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

void
random_bytes(void *out, size_t len)
{
	char *p = out;

	while (len > 0) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			BUG("no random bytes");
		p += n;
		len -= (size_t)n;
	}
}

uint32_t
random_below(uint32_t limit)
{
	uint32_t n;

	if (limit == 0)
		return 0;
	random_bytes(&n, sizeof(n));
	return n % limit;
}

const char *
random_id(struct arena *a, size_t bytes)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char raw[64];
	char *out;

	if (bytes > sizeof(raw))
		BUG("random id too long");
	random_bytes(raw, bytes);
	out = arena_alloc(a, bytes * 2 + 1);
	for (size_t i = 0; i < bytes; i++) {
		out[i * 2] = hex[raw[i] >> 4];
		out[i * 2 + 1] = hex[raw[i] & 15];
	}
	return out;
}
