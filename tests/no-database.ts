// For tests of code that reads the settings but must get by without a database:
// nothing ever listens on this port.
process.env.DATABASE_URL = "postgresql://nobody@127.0.0.1:1/none";
