/* md4c and expat, loaded when the first document needs them (base/lib.h). `expat.Parse` is XML_Parse, and so on. */
#ifndef TEXT_LIBS_H
#define TEXT_LIBS_H

#include "base/err.h"

#include <expat.h>
#include <md4c.h>

#define EXPAT_API(X) \
	X(XML_Parser, ParserCreate, (const XML_Char *)) \
	X(void, ParserFree, (XML_Parser)) \
	X(void, SetUserData, (XML_Parser, void *)) \
	X(void, SetElementHandler, (XML_Parser, XML_StartElementHandler, XML_EndElementHandler)) \
	X(void, SetCharacterDataHandler, (XML_Parser, XML_CharacterDataHandler)) \
	X(void, SetCdataSectionHandler, (XML_Parser, XML_StartCdataSectionHandler, XML_EndCdataSectionHandler)) \
	X(void, SetCommentHandler, (XML_Parser, XML_CommentHandler)) \
	X(enum XML_Status, Parse, (XML_Parser, const char *, int, int)) \
	X(enum XML_Status, StopParser, (XML_Parser, XML_Bool)) \
	X(enum XML_Error, GetErrorCode, (XML_Parser)) \
	X(const XML_LChar *, ErrorString, (enum XML_Error)) \
	X(XML_Index, GetCurrentByteIndex, (XML_Parser)) \
	X(int, GetCurrentByteCount, (XML_Parser))

struct expat_api {
#define EXPAT_MEMBER(result, name, args) result(*name) args;
	EXPAT_API(EXPAT_MEMBER)
#undef EXPAT_MEMBER
};

struct md4c_api {
	int (*parse)(const MD_CHAR *, MD_SIZE, const MD_PARSER *, void *);
};

extern struct expat_api expat;
extern struct md4c_api md4c;

int expat_load(struct err *) ATTR_MUST;
int md4c_load(struct err *) ATTR_MUST;

#endif
