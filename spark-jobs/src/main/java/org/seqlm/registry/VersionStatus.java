package org.seqlm.registry;

/** Where a version stands. */
public enum VersionStatus {
  /** Added, and nothing decided yet. */
  CANDIDATE,
  /** What users of the registry get; at most one version is. */
  CHAMPION,
  /** A challenger that was almost good enough, for the next night; at most one version is. */
  KEPT,
  /** It was champion, or kept, until another came. */
  RETIRED,
  /** It lost. */
  FAILED,
  /** Its files are removed; what was decided of it is still told. */
  PRUNED
}
