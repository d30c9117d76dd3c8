/**
 * What any language model is: what it predicts, how a text is scored with it and drawn from it, and
 * how several are mixed.
 */
package org.seqlm.lm;
