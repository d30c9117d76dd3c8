package org.seqlm.doctor;

/** How well it stands with something. */
public enum Status {
  OK,
  /** Work goes on, but slower than it could, or to other bits, or not for long. */
  WARN,
  /** What is to be done would fail. */
  FAIL
}
