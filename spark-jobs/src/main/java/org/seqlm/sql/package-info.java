/**
 * What other Spark programs hold: functions of SQL ({@link org.seqlm.sql.SeqlmFunctions}) that take
 * a model's path and a column of text; what {@code seqlm score} says of the same documents comes
 * out, bit for bit, in the order of the rows.
 */
package org.seqlm.sql;
