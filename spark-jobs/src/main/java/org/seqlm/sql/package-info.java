/**
 * What other Spark programs hold: functions of SQL ({@link org.seqlm.sql.SeqlmFunctions}) that take
 * a model's path, or filters, and a column of text, and say of it what {@code seqlm score}, or
 * {@code seqlm corpus filter}, says of the same documents, bit for bit; and a column counted as
 * {@code seqlm ngrams} counts them ({@link org.seqlm.sql.SeqlmNgrams}), or asked as {@code seqlm
 * corpus} asks files ({@link org.seqlm.sql.SeqlmDuplicates} and others).
 */
package org.seqlm.sql;
