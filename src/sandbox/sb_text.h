/*
 * Texts of the site. One source: a small part of Jira's wiki markup, or a document
 * in ADF (Atlassian Document Format) as its JSON text, which begins with {" .
 * Data Center and API v2 show wiki, API v3 shows ADF.
 * https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
#ifndef SANDBOX_SB_TEXT_H
#define SANDBOX_SB_TEXT_H

#include "json/writer.h"

bool sb_is_adf(const char *source);
/* The source as ADF; for the writer it is one value. Wiki knows headings, lists (two levels), {code}, {quote}, bq.,
 * tables, rules, *bold*, _italic_, -struck-, {{mono}}, [links] and [~mentions]. */
void sb_put_adf(struct jw *, struct arena *, const char *source);
/* The source as wiki text: itself, or the plain text of an ADF document. */
const char *sb_plain(struct arena *, const char *source);
/* As renderedFields show it. */
const char *sb_html(struct arena *, const char *source);
/* Why a value can't be a document: NULL when it is a good one. */
const char *sb_adf_fault(json *doc);

#endif
