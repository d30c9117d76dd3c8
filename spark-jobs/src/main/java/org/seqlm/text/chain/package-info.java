/**
 * A chain of stages cuts text into tokens: normalisers, splitters, filters and a model, in the
 * order of a list, each by a name that a class on the class path answers to. Works on strings;
 * knows no files but what {@link org.seqlm.text.chain.StageSpec#resolved} is handed.
 */
package org.seqlm.text.chain;
