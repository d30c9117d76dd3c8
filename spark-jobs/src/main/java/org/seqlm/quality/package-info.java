/**
 * Which documents of a text are worth keeping, without Spark: one document goes in at a time; what
 * every rule of a chain of named filters measures of it comes out, with the rules it fails, in the
 * chain's order, and its text without the lines that filters of lines drop ({@link
 * org.seqlm.quality.FilterChain}).
 */
package org.seqlm.quality;
