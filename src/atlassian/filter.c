/* An id or a link leads to the one; a name is chosen from a list. */
#include "atlassian/filter.h"

#include "atlassian/pick.h"
#include "base/str.h"

#include <string.h>

/* The number behind any of the words in a link of this site, or the text itself when it is a number; else NULL. */
static const char *
number_in(struct call *c, const struct site *s, const char *text, const char *const *words, size_t n)
{
	const char *t = str_trim(c->arena, text, strlen(text));
	size_t digits = strspn(t, "0123456789");

	if (digits > 0 && t[digits] == '\0')
		return t;
	for (size_t i = 0; i < n && str_istarts(t, s->web); i++) {
		const char *p = strstr(t, words[i]);

		digits = p == NULL ? 0 : strspn(p + strlen(words[i]), "0123456789");
		if (digits > 0)
			return arena_strndup(c->arena, p + strlen(words[i]), digits);
	}
	return NULL;
}

int
filter_find(struct call *c, struct site *s, const char *text, json **ret)
{
	static const char *const words[] = { "filter=", "/filter/" };
	const char *id = number_in(c, s, text, words, LEN(words));
	json *page, *one;

	if (id == NULL) {
		if (rest_get(c, s, site_is_cloud(s) ? rest_query(c, rest_path(c, s, "{api}/filter/search"), "filterName", text,
		    "maxResults", "50", NULL) : rest_path(c, s, "{api}/filter/favourite"), &page) == -1)
			return -1;
		if (pick(c, site_is_cloud(s) ? "filter" : "favourite filter", text, yyjson_is_arr(page) ? page : json_get(page, "values"),
		    "id,name", &one) == -1)
			return -1;
		id = json_scalar(c->arena, json_get(one, "id"));
	}
	return rest_get(c, s, rest_path(c, s, "{api}/filter/%s", id != NULL ? id : ""), ret);
}

int
dashboard_find(struct call *c, struct site *s, const char *text, json **ret)
{
	static const char *const words[] = { "selectPageId=", "/dashboards/" };
	const char *id = number_in(c, s, text, words, LEN(words));
	json *page, *one;

	if (id == NULL) {
		if (rest_get(c, s, site_is_cloud(s) ? rest_query(c, rest_path(c, s, "{api}/dashboard/search"), "dashboardName", text,
		    "maxResults", "50", NULL) : rest_query(c, rest_path(c, s, "{api}/dashboard"), "maxResults", "200", NULL), &page) == -1)
			return -1;
		if (pick(c, "dashboard", text, json_get(page, site_is_cloud(s) ? "values" : "dashboards"), "id,name", &one) == -1)
			return -1;
		id = json_scalar(c->arena, json_get(one, "id"));
	}
	return rest_get(c, s, rest_path(c, s, "{api}/dashboard/%s", id != NULL ? id : ""), ret);
}
