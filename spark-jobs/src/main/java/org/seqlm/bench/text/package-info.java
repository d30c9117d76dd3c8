/**
 * What cutting a text costs: tokenizers and a text go in, turn by turn; processor time, wall time
 * and tokens of each come out.
 */
package org.seqlm.bench.text;
