/**
 * Trained models over the nights: a folder of versions whose files never change, one of them the
 * champion, and the decisions that made it so. What is to become of a state is a pure function
 * ({@link org.seqlm.registry.Transitions}); {@link org.seqlm.registry.Registry} commits its result,
 * as a new manifest, only where nobody committed since it was read.
 */
package org.seqlm.registry;
