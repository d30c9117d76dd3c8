/**
 * Models as users name them: a path goes in, with a selector or a version of a registry, and a
 * {@code LanguageModel} comes out, in this process or in a task's, which opens it once; or the file
 * that one is compiled to.
 */
package org.seqlm.spark.models;
