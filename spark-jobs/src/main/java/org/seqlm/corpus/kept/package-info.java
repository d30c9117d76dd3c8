/**
 * Parts of a corpus that are kept, without Spark: lines of text, or records with all of their
 * fields, go in as they were read; files of the same format come out, in the same order.
 */
package org.seqlm.corpus.kept;
