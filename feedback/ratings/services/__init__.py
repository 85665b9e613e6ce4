"""What is done with ratings: forms are published, rights are issued, ratings are given."""
