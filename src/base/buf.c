/* Growth doubles and stops at the maximum; the overflow flag is sticky. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

static char nothing[1] = "";

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .data = nothing, .max = max };
}

void
buf_init_secret(struct buf *b, size_t max)
{
	buf_init(b, max);
	b->secret = true;
}

void
buf_release(struct buf *b)
{
	bool secret = b->secret;

	if (secret && b->cap > 0)
		mem_wipe(b->data, b->cap);
	if (b->cap > 0)
		mem_free(b->data);
	buf_init(b, b->max);
	b->secret = secret;
}

void
buf_wipe(struct buf *b)
{
	if (b->cap > 0)
		mem_wipe(b->data, b->cap);
	buf_release(b);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
	if (b->cap > 0)
		b->data[0] = '\0';
}

bool
buf_overflowed(const struct buf *b)
{
	return b->overflow;
}

static bool
reserve(struct buf *b, size_t more)
{
	size_t need, cap;

	if (b->overflow || more > b->max || b->len > b->max - more) {
		b->overflow = true;
		return false;
	}
	need = b->len + more + 1;
	if (need <= b->cap)
		return true;
	cap = b->cap == 0 ? 64 : b->cap;
	while (cap < need)
		cap *= 2;
	if (cap - 1 > b->max)	/* not cap > max + 1: the maximum may be SIZE_MAX */
		cap = b->max + 1;
	if (b->secret && b->cap > 0) {	/* realloc would leave a copy behind */
		char *moved = mem_grow(NULL, cap);

		memcpy(moved, b->data, b->len + 1);
		mem_wipe(b->data, b->cap);
		mem_free(b->data);
		b->data = moved;
	} else {
		b->data = mem_grow(b->cap == 0 ? NULL : b->data, cap);
	}
	b->cap = cap;
	return true;
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	/* most additions fit: cap is never beyond max + 1 */
	if ((b->overflow || len >= b->cap - b->len) && (len == 0 || !reserve(b, len)))
		return;
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addc(struct buf *b, char c)
{
	if ((b->overflow || b->cap - b->len < 2) && !reserve(b, 1))
		return;
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void
buf_addu(struct buf *b, uint64_t n)
{
	char digits[20], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n < 0)
		BUG("bad format");
	if ((size_t)n < sizeof(small)) {
		buf_add(b, small, (size_t)n);
	} else if (reserve(b, (size_t)n)) {
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void
buf_consume(struct buf *b, size_t len)
{
	if (len > b->len)
		BUG("consume beyond the end");
	if (len == 0)
		return;
	b->len -= len;
	memmove(b->data, b->data + len, b->len + 1);
}

void
buf_truncate(struct buf *b, size_t len)
{
	if (len > b->len)
		BUG("truncate beyond the end");
	if (len == b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}
