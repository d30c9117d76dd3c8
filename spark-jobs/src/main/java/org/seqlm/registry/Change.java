package org.seqlm.registry;

/**
 * What an operation found, and what it left; the same object if nothing was to be done.
 *
 * @param before the state that it was applied to
 * @param after the state that counts
 */
public record Change(RegistryState before, RegistryState after) {
  /** Whether anything was committed. */
  public boolean committed() {
    return before != after;
  }
}
