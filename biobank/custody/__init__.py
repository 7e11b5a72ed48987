"""Materials, what they were made from, who held them where, how they changed hands, and the holds that stop them."""
