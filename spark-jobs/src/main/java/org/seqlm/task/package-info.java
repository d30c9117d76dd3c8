/**
 * Networks over examples: which one examples of a task take ({@link org.seqlm.task.TaskNetwork}),
 * and what is kept of it when it is trained ({@link org.seqlm.task.TaskModel}): the network, its
 * parameters, and what its numbers stand for.
 */
package org.seqlm.task;
