/**
 * What filtering leaves of a part of a corpus, without Spark: documents go in, in the order of the
 * text, each with its record as its file held it; files come out, of documents that stay, in the
 * form they came in ({@link org.seqlm.corpus.filtered.KeptFiles}), and of those that were removed,
 * with the reasons ({@link org.seqlm.corpus.filtered.RemovedFile}).
 */
package org.seqlm.corpus.filtered;
