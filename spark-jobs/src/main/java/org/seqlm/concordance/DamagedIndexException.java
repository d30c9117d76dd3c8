package org.seqlm.concordance;

import java.io.IOException;

/** An index whose bytes are not those that were written. */
public final class DamagedIndexException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedIndexException(String name, String what) {
    super(name + " is damaged: " + what);
  }

  public DamagedIndexException(String name, String what, RuntimeException cause) {
    super(name + " is damaged: " + what, cause);
  }
}
