/*
 * Writes JSON by hand because a tree may be deeper than the JSON writer's
 * stack; strings go through the writer, which knows how to escape.
 * The explanation walks the tree the same way and puts each condition on a
 * line of its own under "all of" and "any of".
 */
#include "query/dump.h"

#include "json/writer.h"
#include "query/print.h"

static void
string(struct buf *out, const char *s)
{
	struct jw w;

	jw_init(&w, out);
	jw_s(&w, s);
}

static void
member(struct buf *out, const char *key, const char *s)
{
	buf_addf(out, "\"%s\":", key);
	string(out, s);
}

static void
dump_operand(const struct operand *o, struct buf *out)
{
	switch (o->kind) {
	case OPERAND_EMPTY:
		buf_adds(out, "{\"empty\":true}");
		return;
	case OPERAND_VALUE:
		buf_addc(out, '{');
		member(out, o->number ? "number" : "value", o->text);
		buf_addc(out, '}');
		return;
	case OPERAND_FUNCTION:
		buf_addc(out, '{');
		member(out, "function", o->text);
		buf_adds(out, ",\"args\":[");
		break;
	case OPERAND_LIST:
		buf_adds(out, "{\"list\":[");
		break;
	}
	for (size_t i = 0; i < o->count; i++) {
		if (i > 0)
			buf_addc(out, ',');
		dump_operand(&o->item[i], out);
	}
	buf_adds(out, "]}");
}

static void
dump_field(const struct query_field *f, struct buf *out)
{
	member(out, "field", f->name);
	if (f->property_count == 0)
		return;
	buf_adds(out, ",\"property\":[");
	for (size_t i = 0; i < f->property_count; i++) {
		buf_adds(out, i > 0 ? ",{" : "{");
		member(out, "key", f->property[i].key.text);
		buf_adds(out, ",\"path\":[");
		for (size_t j = 0; j < f->property[i].path_count; j++) {
			if (j > 0)
				buf_addc(out, ',');
			string(out, f->property[i].path[j].text);
		}
		buf_adds(out, "]}");
	}
	buf_addc(out, ']');
}

static void
dump_clause(const struct clause *c, struct buf *out)
{
	buf_addc(out, '{');
	if (c->kind == CLAUSE_NOT) {
		buf_adds(out, "\"not\":");
		dump_clause(c->child[0], out);
	} else if (c->kind != CLAUSE_TERM) {
		buf_adds(out, c->kind == CLAUSE_AND ? "\"and\":[" : "\"or\":[");
		for (size_t i = 0; i < c->count; i++) {
			if (i > 0)
				buf_addc(out, ',');
			dump_clause(c->child[i], out);
		}
		buf_addc(out, ']');
	} else {
		dump_field(&c->field, out);
		buf_addc(out, ',');
		member(out, "op", query_op_name(c->op));
		if (c->operand != NULL) {
			buf_adds(out, ",\"operand\":");
			dump_operand(c->operand, out);
		}
		for (size_t i = 0; i < c->predicate_count; i++) {
			buf_adds(out, i == 0 ? ",\"predicates\":[{" : ",{");
			member(out, "op", query_predicate_name(c->predicate[i].kind));
			buf_adds(out, ",\"operand\":");
			dump_operand(&c->predicate[i].operand, out);
			buf_addc(out, '}');
		}
		if (c->predicate_count > 0)
			buf_addc(out, ']');
	}
	buf_addc(out, '}');
}

void
query_dump(const struct query *q, struct buf *out)
{
	buf_addc(out, '{');
	if (q->where != NULL) {
		buf_adds(out, "\"where\":");
		dump_clause(q->where, out);
	}
	for (size_t i = 0; i < q->sort_count; i++) {
		if (i == 0)
			buf_adds(out, q->where != NULL ? ",\"order\":[" : "\"order\":[");
		buf_adds(out, i > 0 ? ",{" : "{");
		dump_field(&q->sort[i].field, out);
		if (q->sort[i].direction != SORT_DEFAULT)
			buf_adds(out,
			    q->sort[i].direction == SORT_ASC ? ",\"direction\":\"asc\"" : ",\"direction\":\"desc\"");
		buf_addc(out, '}');
	}
	if (q->sort_count > 0)
		buf_addc(out, ']');
	buf_addc(out, '}');
}

static void
explain_clause(enum query_lang lang, const struct clause *c, unsigned depth, struct buf *out)
{
	for (unsigned i = 0; i < depth; i++)
		buf_adds(out, "  ");
	if (c->kind == CLAUSE_TERM) {
		query_print_clause(lang, c, out);
		buf_addc(out, '\n');
		return;
	}
	buf_adds(out, c->kind == CLAUSE_AND ? "all of:\n" : c->kind == CLAUSE_OR ? "any of:\n" : "not:\n");
	for (size_t i = 0; i < c->count; i++)
		explain_clause(lang, c->child[i], depth + 1, out);
}

void
query_explain(const struct query *q, struct buf *out)
{
	struct query sort = *q;

	if (q->where != NULL)
		explain_clause(q->lang, q->where, 0, out);
	else
		buf_adds(out, "everything (no condition)\n");
	if (q->sort_count == 0)
		return;
	sort.where = NULL;
	query_print(&sort, out);
	buf_addc(out, '\n');
}
