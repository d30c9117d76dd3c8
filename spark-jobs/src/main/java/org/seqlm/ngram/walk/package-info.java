/**
 * Every n-gram of a slice, once: the counts, the model, or both side by side, are walked through
 * context by context in the order of the keys and handed to sinks, which make other forms of them.
 */
package org.seqlm.ngram.walk;
