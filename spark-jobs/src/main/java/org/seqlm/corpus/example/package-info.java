/**
 * Labelled examples without Spark: records with fields go in, checked; typed values of the roles of
 * a task come out ({@code ExampleReader}), then, by vocabularies and names of labels, the rows of
 * blocks.
 */
package org.seqlm.corpus.example;
