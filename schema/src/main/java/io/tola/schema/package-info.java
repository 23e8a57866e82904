/**
 * Brings a PostgreSQL database to the schema this version of Tola needs: runs the migrations of all modules, creates the roles and
 * sets their search path.
 *
 * <p>The SQL lives in {@code db/migration/<module>}, one folder and one PostgreSQL schema per module. No table is read or written
 * from here, and no module's rules may live here.
 */
package io.tola.schema;
