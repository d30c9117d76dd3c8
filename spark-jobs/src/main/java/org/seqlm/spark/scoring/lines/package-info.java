/**
 * What models are made to read of the lines of a text, whatever their own rules make of it then: a
 * line goes in, normalised and cut into pieces as asked for ({@link
 * org.seqlm.spark.scoring.lines.LineRules}); where contexts begin and end is told beside it.
 */
package org.seqlm.spark.scoring.lines;
