/* One node as ADF, for doc_merge. The node must be valid where it will stand. */
#ifndef TEXT_ADF_WRITE_H
#define TEXT_ADF_WRITE_H

#include "text/doc.h"

void adf_write_node(const struct node *, struct jw *);

#endif
