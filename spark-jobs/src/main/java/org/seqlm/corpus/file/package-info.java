/**
 * The files of a corpus: finding those that a path stands for, in as few calls as the file system
 * allows, unpacking them, and cutting bytes into lines. Bytes come out; what a record is, the
 * package above knows.
 */
package org.seqlm.corpus.file;
