package org.seqlm.quality;

/** The bins of a histogram of figures; each holds those from its own lower end to the next. */
public enum Scale {
  /** Shares of 0 to 1: 50 bins of 0.02; what is above 1 is in one more. */
  SHARE(51) {
    @Override
    int place(double value) {
      return (int) Math.floor(value * 50 + 1e-9);
    }

    @Override
    public double lower(int bin) {
      return bin / 50.0;
    }
  },
  /** What lies between -1 and 1: 100 bins of 0.02, and one of 1 alone. */
  LEAD(101) {
    @Override
    int place(double value) {
      return (int) Math.floor((value + 1) * 50 + 1e-9);
    }

    @Override
    public double lower(int bin) {
      return (bin - 50) / 50.0;
    }
  },
  /** Lengths of words: 60 bins of half a character; what is longer is in the last. */
  LENGTH(60) {
    @Override
    int place(double value) {
      return (int) Math.floor(value * 2);
    }

    @Override
    public double lower(int bin) {
      return bin / 2.0;
    }
  },
  /** Counts: 0; 1; 2 and 3; 4 to 7; and so on, to 2^40. */
  COUNT(42) {
    @Override
    int place(double value) {
      return value < 1 ? 0 : Math.getExponent(value) + 1;
    }

    @Override
    public double lower(int bin) {
      return bin == 0 ? 0 : Math.scalb(1.0, bin - 1);
    }
  };

  private final int bins;

  Scale(int bins) {
    this.bins = bins;
  }

  /** How many there are. */
  public int bins() {
    return bins;
  }

  /**
   * The bin of a figure.
   *
   * @param value no NaN
   */
  public int bin(double value) {
    return Math.max(0, Math.min(bins - 1, place(Math.min(value, 1e15))));
  }

  abstract int place(double value);

  /** The least figure of a bin. */
  public abstract double lower(int bin);
}
