/* What an answer that is not success means to its reader. Used by rest.c alone. */
#ifndef ATLASSIAN_REST_ERROR_H
#define ATLASSIAN_REST_ERROR_H

#include "atlassian/site.h"

int rest_error_fill(struct call *, const struct site *, const struct http_response *);	/* always -1 */

#endif
