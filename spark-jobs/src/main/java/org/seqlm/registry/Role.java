package org.seqlm.registry;

/** What is attached to a version for. */
public enum Role {
  /** Counted n-grams, an artifact. */
  COUNTS("counts"),
  /** What was measured of it, JSON. */
  METRICS("metrics.json"),
  /** Text that it drew. */
  SAMPLES("samples.txt"),
  /** A page for people, HTML. */
  REPORT("report.html"),
  /** Where it comes from, JSON: the parent, inputs, configuration, release and kernels. */
  PROVENANCE("provenance.json"),
  /** What its night took and found, and what its ancestors' had taken, JSON. */
  NIGHT("night.json");

  private final String place;

  Role(String place) {
    this.place = place;
  }

  /** Its file in the version's folder, or the folder of an artifact. */
  public String place() {
    return place;
  }

  /** Whether it is one file. */
  public boolean isDocument() {
    return this != COUNTS;
  }
}
