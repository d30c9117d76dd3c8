/**
 * Measurements of the distributed steps that users can repeat on their own cluster. They print what
 * they counted and never gate a build.
 */
package org.seqlm.bench;
