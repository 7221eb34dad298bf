/*
 * "1." + base64url(nonce 12 | expiry 8 | ciphertext | tag 16). The expiry and the purpose
 * are authenticated with the text. libcrypto's functions are found by name; their
 * signatures are OpenSSL 3's stable ABI.
 */
#include "store/seal.h"

#include "base/clock.h"
#include "base/lib.h"
#include "base/random.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

enum { KEY = 32, NONCE = 12, NONCE_TEXT = 16, EXPIRY = 8, TAG = 16, CTRL_GET_TAG = 0x10, CTRL_SET_TAG = 0x11 };

#define CRYPTO_API(X) \
	X(void *, EVP_CIPHER_CTX_new, (void)) \
	X(void, EVP_CIPHER_CTX_free, (void *)) \
	X(const void *, EVP_aes_256_gcm, (void)) \
	X(int, EVP_EncryptInit_ex, (void *, const void *, void *, const unsigned char *, const unsigned char *)) \
	X(int, EVP_EncryptUpdate, (void *, unsigned char *, int *, const unsigned char *, int)) \
	X(int, EVP_EncryptFinal_ex, (void *, unsigned char *, int *)) \
	X(int, EVP_DecryptInit_ex, (void *, const void *, void *, const unsigned char *, const unsigned char *)) \
	X(int, EVP_DecryptUpdate, (void *, unsigned char *, int *, const unsigned char *, int)) \
	X(int, EVP_DecryptFinal_ex, (void *, unsigned char *, int *)) \
	X(int, EVP_CIPHER_CTX_ctrl, (void *, int, int, void *))

static struct crypto_api {
#define CRYPTO_MEMBER(result, name, args) result(*name) args;
	CRYPTO_API(CRYPTO_MEMBER)
#undef CRYPTO_MEMBER
} crypto;

struct used {		/* in memory that children share; a ring */
	pthread_mutex_t lock;	/* robust: its holder may be killed */
	char nonce[SEAL_MAX_USED][NONCE_TEXT];
	size_t count;	/* ever added */
};

struct sealer {
	unsigned char key[KEY];
	struct used *used;	/* NULL until it is needed */
};

static int
load(struct err *e)
{
	static const struct lib_symbol symbols[] = {
#define CRYPTO_SYMBOL(result, name, args) { #name, offsetof(struct crypto_api, name) },
		CRYPTO_API(CRYPTO_SYMBOL)
#undef CRYPTO_SYMBOL
	};
	static struct lib lib = {
		.soname = "libcrypto.so.3", .title = "OpenSSL", .package = "libssl3",
		.symbols = symbols, .count = LEN(symbols), .api = &crypto,
	};

	return lib_load(&lib, e);
}

struct sealer *
sealer_new(void)
{
	struct sealer *s = mem_alloc(sizeof(*s));

	random_bytes(s->key, KEY);
	return s;
}

void
sealer_share(struct sealer *s)
{
	pthread_mutexattr_t attr;

	if (s->used != NULL)
		return;
	s->used = mem_shared(sizeof(*s->used));
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&s->used->lock, &attr);
	pthread_mutexattr_destroy(&attr);
}

void
sealer_free(struct sealer *s)
{
	if (s == NULL)
		return;
	mem_wipe(s->key, KEY);
	if (s->used != NULL)
		mem_shared_free(s->used, sizeof(*s->used));
	mem_free(s);
}

static bool
find_or_add(struct sealer *s, const char *sealed, bool add)
{
	const char *nonce = sealed + 2;
	struct used *u;
	bool found = false;

	if (strlen(sealed) < 2 + NONCE_TEXT)
		return true;	/* not ours, so it is good for nothing */
	sealer_share(s);
	u = s->used;
	if (pthread_mutex_lock(&u->lock) == EOWNERDEAD)
		pthread_mutex_consistent(&u->lock);
	for (size_t i = 0; i < u->count && i < SEAL_MAX_USED && !found; i++)
		found = memcmp(u->nonce[i], nonce, NONCE_TEXT) == 0;
	if (!found && add) {
		memcpy(u->nonce[u->count % SEAL_MAX_USED], nonce, NONCE_TEXT);
		u->count++;
	}
	pthread_mutex_unlock(&u->lock);
	return found;
}

bool
seal_is_used(struct sealer *s, const char *sealed)
{
	return find_or_add(s, sealed, false);
}

bool
seal_use(struct sealer *s, const char *sealed)
{
	return !find_or_add(s, sealed, true);
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *
base64url(struct arena *a, const unsigned char *p, size_t len)
{
	char *out = arena_alloc(a, 2 + (len + 2) / 3 * 4 + 1), *to = out;
	uint32_t bits = 0;
	int have = 0;

	*to++ = '1';
	*to++ = '.';
	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | p[i];
		for (have += 8; have >= 6; have -= 6)
			*to++ = digits[bits >> (have - 6) & 63];
	}
	if (have > 0)
		*to++ = digits[bits << (6 - have) & 63];
	return out;
}

/* Strict: every character counts, and the bits left over are zero, so that no two texts mean the same bytes. */
static unsigned char *
unbase64url(struct arena *a, const char *text, size_t *ret_len)
{
	unsigned char *out;
	uint32_t bits = 0;
	size_t n = 0;
	int have = 0;

	if (text[0] != '1' || text[1] != '.')
		return NULL;
	text += 2;
	out = arena_alloc(a, strlen(text) + 1);
	for (; *text != '\0'; text++) {
		const char *d = strchr(digits, *text);

		if (d == NULL)
			return NULL;
		bits = bits << 6 | (uint32_t)(d - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (unsigned char)(bits >> have);
		}
	}
	if (have >= 6 || (bits & ((1u << have) - 1)) != 0)
		return NULL;
	*ret_len = n;
	return out;
}

char *
seal(struct sealer *s, struct arena *a, const char *purpose, const char *text, int64_t expires, struct err *e)
{
	size_t len = strlen(text);
	unsigned char *raw;
	int n, ok;
	void *ctx;

	if (load(e) == -1)
		return NULL;
	if (len > SEAL_MAX) {
		err_set(e, ERR_TOO_LARGE, "The state to seal is larger than %d bytes.", SEAL_MAX);
		return NULL;
	}
	raw = arena_alloc(a, NONCE + EXPIRY + len + TAG);
	random_bytes(raw, NONCE);
	for (int i = 0; i < EXPIRY; i++)
		raw[NONCE + i] = (unsigned char)((uint64_t)expires >> (56 - 8 * i));
	ctx = crypto.EVP_CIPHER_CTX_new();
	ok = ctx != NULL && crypto.EVP_EncryptInit_ex(ctx, crypto.EVP_aes_256_gcm(), NULL, s->key, raw) == 1 &&
	    crypto.EVP_EncryptUpdate(ctx, NULL, &n, raw + NONCE, EXPIRY) == 1 &&
	    crypto.EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *)purpose, (int)strlen(purpose)) == 1 &&
	    crypto.EVP_EncryptUpdate(ctx, raw + NONCE + EXPIRY, &n, (const unsigned char *)text, (int)len) == 1 &&
	    crypto.EVP_EncryptFinal_ex(ctx, raw + NONCE + EXPIRY + len, &n) == 1 &&
	    crypto.EVP_CIPHER_CTX_ctrl(ctx, CTRL_GET_TAG, TAG, raw + NONCE + EXPIRY + len) == 1;
	crypto.EVP_CIPHER_CTX_free(ctx);
	if (!ok) {
		err_set(e, ERR_INTERNAL, "OpenSSL could not seal.");
		return NULL;
	}
	return base64url(a, raw, NONCE + EXPIRY + len + TAG);
}

char *
unseal(struct sealer *s, struct arena *a, const char *purpose, const char *sealed)
{
	size_t raw_len, len;
	unsigned char *raw;
	int64_t expires = 0;
	struct err e;
	char *text;
	int n, ok;
	void *ctx;

	err_init(&e, a);
	if (strlen(sealed) > (size_t)SEAL_MAX * 2 || load(&e) == -1 || (raw = unbase64url(a, sealed, &raw_len)) == NULL ||
	    raw_len < NONCE + EXPIRY + TAG)
		return NULL;
	len = raw_len - NONCE - EXPIRY - TAG;
	text = arena_alloc(a, len + 1);
	ctx = crypto.EVP_CIPHER_CTX_new();
	ok = ctx != NULL && crypto.EVP_DecryptInit_ex(ctx, crypto.EVP_aes_256_gcm(), NULL, s->key, raw) == 1 &&
	    crypto.EVP_DecryptUpdate(ctx, NULL, &n, raw + NONCE, EXPIRY) == 1 &&
	    crypto.EVP_DecryptUpdate(ctx, NULL, &n, (const unsigned char *)purpose, (int)strlen(purpose)) == 1 &&
	    crypto.EVP_DecryptUpdate(ctx, (unsigned char *)text, &n, raw + NONCE + EXPIRY, (int)len) == 1 &&
	    crypto.EVP_CIPHER_CTX_ctrl(ctx, CTRL_SET_TAG, TAG, raw + NONCE + EXPIRY + len) == 1 &&
	    crypto.EVP_DecryptFinal_ex(ctx, (unsigned char *)text + len, &n) == 1;
	crypto.EVP_CIPHER_CTX_free(ctx);
	for (int i = 0; i < EXPIRY; i++)
		expires = (int64_t)((uint64_t)expires << 8 | raw[NONCE + i]);
	return ok && clock_wall_ms() < expires ? text : NULL;
}
