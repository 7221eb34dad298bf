/* llhttp, loaded when the first server listens (base/lib.h). `llhttp.execute` and the rest are llhttp_execute and so on. */
#ifndef NET_LLHTTP_API_H
#define NET_LLHTTP_API_H

#include "base/err.h"

#include <llhttp.h>

#define LLHTTP_API(X) \
	X(void, init, (llhttp_t *, llhttp_type_t, const llhttp_settings_t *)) \
	X(llhttp_errno_t, execute, (llhttp_t *, const char *, size_t)) \
	X(void, resume, (llhttp_t *)) \
	X(const char *, get_error_pos, (const llhttp_t *)) \
	X(const char *, get_error_reason, (const llhttp_t *)) \
	X(const char *, method_name, (llhttp_method_t)) \
	X(int, should_keep_alive, (const llhttp_t *))

struct llhttp_api {
#define LLHTTP_MEMBER(result, name, args) result(*name) args;
	LLHTTP_API(LLHTTP_MEMBER)
#undef LLHTTP_MEMBER
};

extern struct llhttp_api llhttp;

int llhttp_load(struct err *) ATTR_MUST;

#endif
