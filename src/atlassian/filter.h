/* A saved filter by id, link, or name: on Cloud any that this account may see, on Data Center among its favourites. Parks. */
#ifndef ATLASSIAN_FILTER_H
#define ATLASSIAN_FILTER_H

#include "atlassian/jira.h"

int filter_find(struct call *, struct site *, const char *text, json **ret) ATTR_MUST;
/* A dashboard, likewise. */
int dashboard_find(struct call *, struct site *, const char *text, json **ret) ATTR_MUST;

#endif
