/** {@code seqlm export}: counted n-grams or a network in, other forms of them out. */
package org.seqlm.job.export;
