/**
 * Files of language models of any kind: how a user names a model, mixtures, and what scoring a text
 * leaves, a file a range of the text.
 */
package org.seqlm.lm.files;
