/** {@code seqlm export}: counted n-grams in, other forms of them out. */
package org.seqlm.job.export;
