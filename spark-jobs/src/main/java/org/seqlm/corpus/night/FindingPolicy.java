package org.seqlm.corpus.night;

/** What a night does about a finding. */
public enum FindingPolicy {
  /** It ends before it trains. */
  REFUSE,
  /** It goes on without the partition and tells of it. */
  LEAVE_OUT,
  /** It takes the partition and tells of it. */
  REPORT,
  /** It takes the partition and tells nothing. */
  IGNORE
}
