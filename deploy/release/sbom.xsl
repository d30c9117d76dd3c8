<?xml version="1.0" encoding="UTF-8"?>
<!--
  Of the bill of materials of everything that the code is compiled with, what the jar to submit bundles: the artifacts of
  the shade plugin's list in spark-jobs/pom.xml. All others are Spark's, in the version that a cluster has.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:b="http://cyclonedx.org/schema/bom/1.6" xmlns:m="http://maven.apache.org/POM/4.0.0"
                exclude-result-prefixes="b m">
  <xsl:param name="pom"/>
  <xsl:param name="scala"/>
  <xsl:output encoding="UTF-8" indent="yes"/>
  <xsl:strip-space elements="*"/>

  <xsl:variable name="include" select="document($pom)//m:artifactSet/m:includes/m:include"/>
  <xsl:variable name="all" select="/b:bom/b:components/b:component"/>
  <!-- Some names end with Scala's version, which is a property there. -->
  <xsl:variable name="bundled" select="$all[concat(b:group, ':', b:name) = $include
      or concat(substring-before(concat(b:group, ':', b:name), $scala), '${scala.binary.version}') = $include]"/>

  <xsl:template match="/">
    <!-- Those of CUDA are in a jar of the profile dl4j-cuda only. -->
    <xsl:for-each select="$include[not(contains(., 'cuda'))]">
      <xsl:variable name="name" select="."/>
      <xsl:if test="not($all[concat(b:group, ':', b:name) = $name
          or concat(substring-before(concat(b:group, ':', b:name), $scala), '${scala.binary.version}') = $name])">
        <xsl:message terminate="yes">
          <xsl:value-of select="concat($name, ' is in the list of what the jar bundles, but nothing depends on it')"/>
        </xsl:message>
      </xsl:if>
    </xsl:for-each>
    <xsl:apply-templates/>
  </xsl:template>

  <xsl:template match="@*|node()">
    <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
  </xsl:template>

  <xsl:template match="/b:bom/b:components/b:component">
    <xsl:variable name="ref" select="@bom-ref"/>
    <xsl:if test="$bundled[@bom-ref = $ref]">
      <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
    </xsl:if>
  </xsl:template>

  <xsl:template match="b:dependency">
    <xsl:variable name="ref" select="@ref"/>
    <xsl:if test="$bundled[@bom-ref = $ref] or not($all[@bom-ref = $ref])">
      <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
