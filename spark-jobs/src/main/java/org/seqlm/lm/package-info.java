/** What any language model is: what it predicts, how a text is scored with it and drawn from it. */
package org.seqlm.lm;
