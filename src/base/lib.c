#include "base/lib.h"

#include <dlfcn.h>
#include <string.h>

int
lib_load(struct lib *l, struct err *e)
{
	void *handle, *symbol;

	if (l->loaded)
		return 0;
	handle = dlopen(l->soname, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL) {
		err_set(e, ERR_CONFIG, "%s can't be loaded: %s.", l->title, dlerror());
		err_hint(e, "Install it, e.g. apt-get install %s.", l->package);
		return -1;
	}
	for (size_t i = 0; i < l->count; i++) {
		symbol = dlsym(handle, l->symbols[i].name);
		if (symbol == NULL) {
			err_set(e, ERR_CONFIG, "%s is too old: %s is missing.", l->title, l->symbols[i].name);
			err_hint(e, "Install a newer one, e.g. apt-get install %s.", l->package);
			return -1;
		}
		/* POSIX lets the pointer be copied, not cast */
		memcpy((char *)l->api + l->symbols[i].offset, &symbol, sizeof(symbol));
	}
	l->loaded = true;
	return 0;
}
