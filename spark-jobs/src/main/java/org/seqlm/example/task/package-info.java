/**
 * Small seeded sources of examples for networks that do more than predict the next token: a task, a
 * seed, a split and a position go in, an example comes out, and for a drawn test split the best
 * possible score, computed from the source's distribution. Pure Java.
 */
package org.seqlm.example.task;
