/*
 * Files for a request, given as content in the call: {"name", "text"} or {"name", "base64"}. They are uploaded as temporary
 * files of the desk, to which the request then refers.
 */
#ifndef TOOLS_JIRA_REQUEST_FILE_H
#define TOOLS_JIRA_REQUEST_FILE_H

#include "atlassian/desk.h"

enum { REQUEST_MAX_FILES = 20, REQUEST_MAX_FILE = 8 * 1024 * 1024 };

/* In a dry run the uploads are planned, and the ids made up. NULL gives none. Parks. */
int request_files(struct call *, struct site *, const char *desk, json *files, const char ***ret_ids, size_t *ret_count) ATTR_MUST;
/* The parameter's text for the schema. */
#define REQUEST_FILES_DOC "{name, text or base64}"

#endif
