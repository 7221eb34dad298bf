/*
 * Bodies. What is stored is storage format as it was sent, after its check; ADF and
 * wiki text are converted on the way in, and every other representation is made from
 * storage when it is asked for.
 */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_view.h"
#include "sandbox/cf_xml.h"
#include "text/doc.h"

#include <string.h>

static const char *
refuse_xhtml(struct sb_rq *rq, const char *fault)
{
	sb_fail(rq, 400, "Error parsing xhtml: %s", fault);
	return NULL;
}

static const char *
take_doc(struct sb_rq *rq, struct doc *d, size_t *ret_len)
{
	struct buf b;
	const char *s;

	buf_init(&b, CF_MAX_BODY * 4);
	d->adf_nodes = !rq->site->dc;
	doc_write_storage(d, &b);
	s = arena_strndup(rq->arena, b.data, b.len);
	*ret_len = b.len;
	buf_release(&b);
	return s;
}

const char *
cf_to_storage(struct sb_rq *rq, const char *representation, const char *value, size_t len, size_t *ret_len)
{
	const char *fault;
	struct doc *d;
	struct err e;

	err_init(&e, rq->arena);
	if (len > CF_MAX_BODY) {
		sb_fail(rq, 413, "The content is too large: the limit is %d bytes.", CF_MAX_BODY);
		return NULL;
	}
	if (str_eq(representation, "storage") || str_eq(representation, "editor") ||
	    str_eq(representation, "editor2")) {
		if (cf_xml_parse(rq->arena, value, len, &fault) == NULL)
			return refuse_xhtml(rq, fault);
		*ret_len = len;
		return value;
	}
	if (str_eq(representation, "atlas_doc_format") && !rq->site->dc) {
		json *root = json_parse(rq->arena, value, len, JSON_TRUSTED, &e);

		d = root == NULL || !str_eq(json_get_str(root, "type"), "doc") ? NULL
									       : doc_read_adf(rq->arena, root, &e);
		if (d == NULL) {
			sb_fail(rq, 400,
			    "The provided atlas_doc_format is not a valid Atlassian Document Format document.");
			return NULL;
		}
		return take_doc(rq, d, ret_len);
	}
	if (str_eq(representation, "wiki")) {
		d = doc_read_wiki(rq->arena, value, len, &e);
		if (d == NULL) {
			sb_fail(rq, 400, "%s", e.message);
			return NULL;
		}
		return take_doc(rq, d, ret_len);
	}
	sb_fail(rq, 400, "Unsupported body representation: %s", representation);
	return NULL;
}

const char *
cf_take_body(struct sb_rq *rq, json *body, size_t *ret_len)
{
	static const char *const known[] = { "storage", "atlas_doc_format", "wiki", "editor2", "editor" };
	const char *representation = json_get_str(body, "representation");
	json *one = body, *value;

	for (size_t i = 0; representation == NULL && i < LEN(known); i++)
		if (json_get(body, known[i]) != NULL) {
			one = json_get(body, known[i]);
			representation = json_get_str(one, "representation");
			if (representation == NULL)
				representation = known[i];
		}
	value = json_get(one, "value");
	if (representation == NULL || json_str(value) == NULL) {
		sb_fail(rq, 400, "The body has no value in a known representation.");
		return NULL;
	}
	return cf_to_storage(rq, representation, json_str(value), yyjson_get_len(value), ret_len);
}

static const char *
as_adf(struct sb_rq *rq, struct doc *d)
{
	struct buf b;
	struct jw w;
	const char *s;

	buf_init(&b, CF_MAX_BODY * 8);
	jw_init(&w, &b);
	doc_write_adf(d, &w);
	s = arena_strndup(rq->arena, b.data, b.len);
	buf_release(&b);
	return s;
}

static const char *
as_wiki(struct sb_rq *rq, struct doc *d)
{
	struct buf b;
	const char *s;

	buf_init(&b, CF_MAX_BODY * 4);
	doc_write_wiki(d, &b);
	s = arena_strndup(rq->arena, b.data, b.len);
	buf_release(&b);
	return s;
}

const char *
cf_from_storage(struct sb_rq *rq, const char *representation, const struct cf_content *c, const char *body, size_t len)
{
	bool adf = str_eq(representation, "atlas_doc_format") && !rq->site->dc;
	struct doc *d;
	struct err e;

	if (str_eq(representation, "storage") || str_eq(representation, "editor") || str_eq(representation, "editor2"))
		return body;
	if (str_ends(representation, "view"))
		return cf_view(rq, c, body, len);
	if (str_eq(representation, "plain") || str_eq(representation, "raw"))
		return cf_plain(rq->arena, body, len);
	if (!adf && !str_eq(representation, "wiki"))
		return NULL;
	err_init(&e, rq->arena);
	d = doc_read_storage(rq->arena, body, len, &e);
	if (d == NULL)
		return NULL;
	return adf ? as_adf(rq, d) : as_wiki(rq, d);
}

bool
cf_check_title(
    struct sb_rq *rq, const struct cf_space *s, enum cf_type type, const char *title, const struct cf_content *except)
{
	const struct cf_content *taken =
	    type == CF_PAGE || type == CF_BLOGPOST ? cf_by_title(cf_wiki(rq), s, type, title) : NULL;

	if (str_blank(title)) {
		sb_fail(rq, 400, cf_v2(rq) ? "A title is required to publish content" : "Title is required");
		return false;
	}
	if (strlen(title) > CF_MAX_TITLE) {
		sb_fail(rq, 400, "Title cannot be longer than %d characters.", CF_MAX_TITLE);
		return false;
	}
	if (taken == NULL || taken == except)
		return true;
	if (cf_v2(rq))
		sb_fail(rq, 400,
		    "A %s with this title already exists: A %s already exists with the same TITLE in this space",
		    cf_type_name(type), cf_type_name(type));
	else
		sb_fail(rq, 400,
		    "A %s with this title already exists: A %s already exists with the title %s in the space with key "
		    "%s",
		    cf_type_name(type), cf_type_name(type), title, s->key);
	return false;
}
