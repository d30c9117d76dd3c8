/** {@code seqlm compile}: a back-off model in, one file to score with out. */
package org.seqlm.job.compile;
