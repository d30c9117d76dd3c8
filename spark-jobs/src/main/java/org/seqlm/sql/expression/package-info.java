/**
 * What Catalyst knows of models and filters: text of a column goes in, value by value, and what one
 * makes of it comes out ({@link org.seqlm.sql.expression.TextExpression}), in the order of the
 * rows. A value is a document, a text of its own.
 */
package org.seqlm.sql.expression;
